// What `lint` prints: its rules, in the help; findings (where, how bad, which rule, of what, and why; then how many of each rule); and
// its last line.
import { styleText } from 'node:util';
import { countOf } from '../../core/run/count-of.ts';
import type { Emit } from '../../core/run/events.ts';
import { maxOf } from '../../core/run/large-arrays.ts';
import { printable } from '../../core/run/printable.ts';
import type { Finding } from '../../data/curate/lint/lint.ts';
import type { LintResult } from '../../data/curate/lint/lint-files.ts';
import { ruleNames, rules } from '../../data/curate/lint/rules.ts';
import { describeUnused } from '../../data/trajectory/unused.ts';

/** More than a person reads; --json has them all. */
const SHOWN = 200;

export const lintHelp = (): string =>
  [
    'Rules:',
    ...ruleNames.map((name) => `  ${name.padEnd(21)} ${rules[name].severity.padEnd(8)} ${rules[name].about}`),
  ].join('\n');

export function renderFindings(findings: readonly Finding[]): string {
  const rows = findings
    .slice(0, SHOWN)
    .map(({ file, line, byte_offset, severity, rule, trajectory_id = '', step, message }) => ({
      severity,
      cells: [`${file}:${line}`, severity, rule, trajectory_id + (step === undefined ? '' : `#${step}`)].map((cell) =>
        printable(cell),
      ),
      message: printable(byte_offset === undefined ? message : `byte ${byte_offset}: ${message}`),
    }));
  const widths = [0, 1, 2, 3].map((column) => maxOf(rows.map(({ cells }) => cells[column]!.length)));
  const lines = rows.map(({ severity, cells, message }) => {
    const [place, ...rest] = cells.map((cell, column) => cell.padEnd(widths[column]!));
    return [place, styleText(severity === 'error' ? 'red' : 'yellow', rest[0]!), ...rest.slice(1), message].join('  ');
  });
  const hidden = findings.length > SHOWN ? [`… and ${findings.length - SHOWN} more: --json has them all`] : [];
  return [...lines, ...hidden, '', ...countLines(findings)].join('\n');
}

function countLines(findings: readonly Finding[]): string[] {
  const counts = new Map<string, number>();
  for (const { rule } of findings) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a).map(([rule, count]) => `${String(count).padStart(6)}  ${rule}`);
}

/** What `lint` says at its end. */
export function emitLintReport(result: LintResult, out: string | undefined, emit: Emit): void {
  const { trajectories, steps, errors, warnings, redacted } = result;
  if (out !== undefined) emit({ type: 'note', text: `${countOf(redacted, 'secret')} replaced → ${out}` });
  emit({
    type: 'note',
    text: `${countOf(trajectories, 'trajectory', 'trajectories')}, ${countOf(steps, 'step')}: ${countOf(errors, 'error')}, ${countOf(warnings, 'warning')}${describeUnused(result)}`,
  });
}
