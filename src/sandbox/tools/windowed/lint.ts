// The check that SWE-agent makes of every edit of a Python file: flake8 where the image has it, otherwise Python's own compiler.
import { quote } from '../../shell/command-text.ts';
import type { ToolContext } from '../tool.ts';
import { runInShell } from './window.ts';

export interface LintError {
  line: number;
  column: number;
  problem: string;
}

const COMPILE = `import sys
path = sys.argv[1]
try:
    compile(open(path, 'rb').read(), path, 'exec')
except SyntaxError as e:
    print(f'{path}:{e.lineno}:{e.offset}: E999 {type(e).__name__}: {e.msg}')`;

export async function lint(path: string, context: ToolContext): Promise<LintError[]> {
  if (!path.endsWith('.py')) return [];
  const { output } = await runInShell(
    `if command -v flake8 >/dev/null; then flake8 --isolated --select=F821,F822,F831,E111,E112,E113,E999,E902 ${quote(path)}
else python3 -c ${quote(COMPILE)} ${quote(path)}; fi 2>/dev/null`,
    context,
  );
  return [...output.matchAll(/^.*?:(\d+):(\d+): (.*)$/gm)].map(([, line, column, problem]) => ({
    ...{ line: Number(line), column: Number(column), problem: problem! },
  }));
}

/** Lines of an edit, from 0, and how many stand there after it. */
export interface EditedLines {
  first: number;
  last: number;
  lines: number;
}

/** What an edit brought in. That lines of the edit count from 0 and those of errors from 1 is SWE-agent's. */
export function newErrors(before: readonly LintError[], after: readonly LintError[], edit: EditedLines): LintError[] {
  if (before.length === 0) return [...after];
  const added = edit.lines - (edit.last - edit.first + 1);
  const known = before
    .filter(({ line }) => line < edit.first || line > edit.last)
    .map((error) => (error.line < edit.first ? error : { ...error, line: error.line + added }));
  return after.filter(
    ({ line, column, problem }) =>
      line >= edit.first && !known.some((one) => one.line === line && one.column === column && one.problem === problem),
  );
}
