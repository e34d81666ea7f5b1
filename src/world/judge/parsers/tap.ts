// TAP 13/14 (node --test, tape, tap, ava). A test's id is the path of the names above it, joined by ` > `: subtests of node's runner
// are announced by `# Subtest: name` and indented; tape announces a group of assertions by `# name`.
import type { TestStatus } from '../../../core/schema/verdict.ts';
import { createResults, linesOf, type ParsedLog } from './status.ts';

const RESULT = /^( *)(not ok|ok)\b(?: +\d+)?(?: +-)? *(.*)$/;
const COMMENT = /^( *)# (Subtest: )?(.*)$/;
/** What tape and node write at the end, which is not a group. */
const TOTALS = /^(tests|pass|fail|ok|suites|cancelled|skipped|todo|duration_ms)\b ?\d*/;

interface Group {
  indent: number;
  /** Names from the outermost group to this one, each followed by ` > `. */
  path: string;
  subtest: boolean;
}

export function parseTap(log: string): ParsedLog {
  const { record, parsed } = createResults();
  const groups: Group[] = [];
  const closeFrom = (indent: number): void => {
    while (groups.length > 0 && groups.at(-1)!.indent >= indent) groups.pop();
  };
  const path = (): string => groups.at(-1)?.path ?? '';
  /** A diagnostic, from `---` to `...`, quotes what the test printed; it is no result. It stands under a result, and deeper. */
  let diagnostic: number | undefined;
  let lastResult: number | undefined;
  let [promised, counted] = [0, 0];
  for (const line of linesOf(log)) {
    if (diagnostic !== undefined) {
      if (line.indexOf('...') === diagnostic && line.trim() === '...') diagnostic = undefined;
      continue;
    }
    const indent = line.search(/\S/);
    if (lastResult !== undefined && indent > lastResult && line.trim() === '---') {
      diagnostic = indent;
      continue;
    }
    const result = RESULT.exec(line);
    lastResult = result ? indent : undefined;
    if (result) {
      if (indent === 0) counted++;
      const { name, status } = readResult(result[2] === 'ok', result[3]!);
      if (groups.at(-1)?.subtest) closeFrom(indent);
      record(path() + name, status);
      continue;
    }
    promised += Number(/^1\.\.(\d{1,9})/.exec(line)?.[1] ?? 0);
    const comment = COMMENT.exec(line);
    if (comment && !TOTALS.test(comment[3]!)) {
      closeFrom(indent);
      groups.push({ indent, path: `${path()}${comment[3]!.trim()} > `, subtest: comment[2] !== undefined });
    }
  }
  if (diagnostic !== undefined) return parsed('a diagnostic block of the test log never ends');
  // A runner that was left early falls short of its plan (`1..N`), or never writes it.
  return parsed(promised > 0 && promised === counted ? undefined : 'the test runner was left before its end');
}

function readResult(ok: boolean, text: string): { name: string; status: TestStatus } {
  const directive = findDirective(text);
  const name = text.slice(0, directive?.at).trim();
  if (directive?.kind === 'SKIP') return { name, status: 'SKIPPED' };
  // A failing TODO is an expected failure; TAP counts it as a success.
  if (directive?.kind === 'TODO' && !ok) return { name, status: 'XFAIL' };
  return { name, status: ok ? 'PASSED' : 'FAILED' };
}

/** `# SKIP reason` or `# TODO reason`, unless the `#` is escaped. */
function findDirective(text: string): { at: number; kind: string } | undefined {
  for (let at = text.indexOf('#'); at !== -1; at = text.indexOf('#', at + 1)) {
    if (text[at - 1] === '\\') continue;
    const kind = text
      .slice(at + 1, at + 100)
      .trimStart()
      .slice(0, 4)
      .toUpperCase();
    if (kind === 'SKIP' || kind === 'TODO') return { at, kind };
  }
  return undefined;
}
