// The check that SWE-agent makes of every edit of a Python file: flake8 where the image has it, otherwise Python's own compiler.
import { quote } from '../../shell/command-text.ts';
import type { ToolContext } from '../tool.ts';
import type { LintError } from './new-errors.ts';
import { runInShell } from './window.ts';

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
