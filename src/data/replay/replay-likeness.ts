// How near what a step answers now comes to what is recorded.
import type { Step } from '../../core/schema/trajectory.ts';
import { normalise } from './normalise.ts';

/** `exact` to the last character, `equal` after normalising; `unrecorded`: the record does not say what was answered. */
export type Likeness = 'exact' | 'equal' | 'different' | 'unrecorded';

export interface Comparison {
  likeness: Likeness;
  /** The step's fidelity: 1 where alike, else the share of lines that both have. */
  fidelity: number;
}

type Answer = Pick<Step, 'observation' | 'raw_output' | 'exit_code'>;

/** An exit code that is not recorded is not held against a step. */
export function compareAnswers(recorded: Answer, now: Answer): Comparison {
  if (recorded.observation === undefined && recorded.raw_output === undefined)
    return { likeness: 'unrecorded', fidelity: 1 };
  const code = recorded.exit_code ?? undefined;
  const isSameCode = code === undefined || code === now.exit_code;
  const alike = isSameCode ? likenessOf(recorded, now) : 'different';
  return { likeness: alike, fidelity: alike === 'different' ? commonLines(shownOf(recorded), shownOf(now)) : 1 };
}

/** Frames that we do not know stand around outputs that may be the same. */
function likenessOf(recorded: Answer, now: Answer): Likeness {
  const pairs = [
    [recorded.observation, now.observation],
    [recorded.raw_output, shownOf(now)],
  ].filter((pair): pair is [string, string] => pair[0] !== undefined && pair[1] !== undefined);
  if (pairs.some(([a, b]) => a === b)) return 'exact';
  return pairs.some(([a, b]) => normalise(a) === normalise(b)) ? 'equal' : 'different';
}

export const shownOf = ({ raw_output, observation }: Answer): string => raw_output ?? observation ?? '';

/** Dice's coefficient of the lines, wherever they stand; below 1, since something does differ. */
function commonLines(a: string, b: string): number {
  const [one, other] = [normalise(a).split('\n'), normalise(b).split('\n')];
  const left = new Map<string, number>();
  for (const line of one) left.set(line, (left.get(line) ?? 0) + 1);
  let common = 0;
  for (const line of other) {
    const count = left.get(line) ?? 0;
    if (count > 0) common++;
    left.set(line, count - 1);
  }
  return Math.min((2 * common) / (one.length + other.length), 0.99);
}

/** The same change, whatever the blob hashes, line ends and what stands around it. */
export const isSamePatch = (a: string, b: string): boolean => bare(a) === bare(b);

const bare = (patch: string): string =>
  patch
    .replaceAll('\r\n', '\n')
    .replace(/^index [0-9a-f]+\.\.[0-9a-f]+/gm, 'index')
    .trim();
