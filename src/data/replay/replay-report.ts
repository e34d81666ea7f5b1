// The first step in which a replay differs, the recorded answer beside the new one.
import { normalise } from './normalise.ts';
import type { ReplayRow } from './replay-all.ts';

const MAX_ROWS = 16;
const CONTEXT_ROWS = 2;

/** As a person reads it; undefined when no step differs. Rows that differ after normalising have a `│` of their own kind: `┃`. */
export function describeDivergence({ trajectory_id, different }: ReplayRow, width: number): string | undefined {
  const [first] = different;
  if (first === undefined) return undefined;
  const { step, action, recorded, replayed, exit_code, fidelity } = first;
  const column = Math.floor((width - ' ┃ '.length) / 2);
  const pairs = aroundDifference(recorded.split(/\r?\n/), replayed.split(/\r?\n/));
  const codes = [exit_code.recorded ?? 'unknown', exit_code.replayed ?? 'none'];
  return [
    `${trajectory_id}, step ${step}: ${Math.round(100 * fidelity)} % of the lines alike; exit code ${codes.join(' → ')}`,
    `  ${cell(action.split('\n').join('⏎'), width - 2).trimEnd()}`,
    `${cell('recorded', column)} │ replayed`,
    `${'─'.repeat(column)}─┼─${'─'.repeat(column)}`,
    ...pairs.map(([a, b]) =>
      `${cell(a ?? '', column)} ${isAlike(a, b) ? '│' : '┃'} ${cell(b ?? '', column)}`.trimEnd(),
    ),
  ].join('\n');
}

type Pair = [string | undefined, string | undefined];

/** The lines from shortly before the first that differs; `…` stands for those left out after them. */
function aroundDifference(recorded: readonly string[], replayed: readonly string[]): Pair[] {
  const pairs = Array.from(
    { length: Math.max(recorded.length, replayed.length) },
    (_, row): Pair => [recorded[row], replayed[row]],
  );
  const at = Math.max(
    0,
    pairs.findIndex(([a, b]) => !isAlike(a, b)),
  );
  const start = Math.max(0, at - CONTEXT_ROWS);
  const shown = pairs.slice(start, start + MAX_ROWS);
  return start + MAX_ROWS < pairs.length ? [...shown, ['…', '…']] : shown;
}

const isAlike = (a: string | undefined, b: string | undefined): boolean =>
  a !== undefined && b !== undefined && normalise(a) === normalise(b);

function cell(line: string, width: number): string {
  const shown = [...line.replaceAll('\t', '        ')];
  return shown.length > width ? `${shown.slice(0, width - 1).join('')}…` : shown.join('').padEnd(width);
}
