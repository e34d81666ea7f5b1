// TAP 13/14 (node --test, tape, tap, ava). A test's id is the path of the names above it, joined by ` > `: subtests of node's runner
// are announced by `# Subtest: name` and indented; tape announces a group of assertions by `# name`.
import type { TestStatus, TestStatusMap } from '../../../core/schema/verdict.ts';
import { emptyStatuses, record, stripAnsi } from './status.ts';

const RESULT = /^( *)(not ok|ok)\b(?: +\d+)?(?: +-)? *(.*)$/;
const COMMENT = /^( *)# (Subtest: )?(.*)$/;
/** What tape and node write at the end, which is not a group. */
const TOTALS = /^(tests|pass|fail|ok|suites|cancelled|skipped|todo|duration_ms)\b ?\d*/;

export function parseTap(log: string): TestStatusMap {
  const statuses = emptyStatuses();
  const groups: { indent: number; name: string; subtest: boolean }[] = [];
  const closeFrom = (indent: number): void => {
    while (groups.length > 0 && groups.at(-1)!.indent >= indent) groups.pop();
  };
  let yamlIndent = -1;
  for (const line of stripAnsi(log).split('\n')) {
    // Diagnostics between `---` and `...` quote what the test printed; they are not results.
    const indent = line.search(/\S/);
    if (yamlIndent >= 0) {
      if (line.trimEnd() === `${' '.repeat(yamlIndent)}...`) yamlIndent = -1;
      continue;
    }
    if (line.trim() === '---') {
      yamlIndent = indent;
      continue;
    }
    const result = RESULT.exec(line);
    if (result) {
      const { name, status } = readResult(result[2] === 'ok', result[3]!);
      if (groups.at(-1)?.subtest) closeFrom(indent);
      record(statuses, [...groups.map((group) => group.name), name].join(' > '), status);
      continue;
    }
    const comment = COMMENT.exec(line);
    if (comment && !TOTALS.test(comment[3]!)) {
      closeFrom(indent);
      groups.push({ indent, name: comment[3]!.trim(), subtest: comment[2] !== undefined });
    }
  }
  return statuses;
}

/** As many results as the plans (`1..N`) promise: a runner that was left early falls short of its plan, or never writes it. */
export function isCompleteTap(log: string): boolean {
  const lines = stripAnsi(log).split('\n');
  const plans = lines.flatMap((line) => /^1\.\.(\d+)/.exec(line)?.[1] ?? []);
  const results = lines.filter((line) => /^(?:not )?ok\b/.test(line));
  return plans.length > 0 && plans.reduce((sum, plan) => sum + Number(plan), 0) === results.length;
}

function readResult(ok: boolean, text: string): { name: string; status: TestStatus } {
  const directive = /^(.*?)\s*(?<!\\)#\s*(SKIP|TODO)\S*/i.exec(text);
  const name = (directive?.[1] ?? text).trim();
  const kind = directive?.[2]?.toUpperCase();
  if (kind === 'SKIP') return { name, status: 'SKIPPED' };
  // A failing TODO is an expected failure; TAP counts it as a success.
  if (kind === 'TODO' && !ok) return { name, status: 'XFAIL' };
  return { name, status: ok ? 'PASSED' : 'FAILED' };
}
