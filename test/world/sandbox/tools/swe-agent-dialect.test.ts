// What SWE-agent's tools do beside what they say, as its recordings need it. Each text was seen from SWE-agent's own program.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { attemptContext } from '../../../../src/agents/loop/turn.ts';
import type { ToolContext } from '../../../../src/world/sandbox/tools/tool.ts';
import { findTool } from '../../../../src/world/sandbox/tools/tools.ts';
import { type LocalSandbox, openLocalSandbox } from '../../../support/local-sandbox.ts';

let box: LocalSandbox;
let context: ToolContext;
beforeEach(async () => {
  box = await openLocalSandbox({ 'a.py': 'if a:\n\tb = 1\n\tc = 2\r\nend\nif a:\n\tb = 1\nlast\n' });
  context = attemptContext(box, { dialect: 'swe-agent' });
});
afterEach(() => box.dispose());

async function run(tool: string, args: Record<string, unknown> = {}) {
  const result = await findTool(tool)!.run(args, context);
  if ('wrong' in result) throw new Error(result.wrong);
  return result;
}
const edit = async (command: string, args: Record<string, unknown> = {}) =>
  (await run('str_replace_editor', { command, path: '/testbed/a.py', ...args })).output;
const fileText = async () => (await box.readFile('/testbed/a.py')).toString();

describe('the editor', () => {
  test('shows tabs as blanks, and \\r\\n as a line end', async () => {
    expect(await edit('view', { view_range: [2, 4] })).toBe(
      "Here's the result of running `cat -n` on /testbed/a.py:\n     2\t        b = 1\n     3\t        c = 2\n     4\tend\n",
    );
  });

  test('finds blanks where the file has tabs, and rewrites every tab and line end of it', async () => {
    await edit('str_replace', { old_str: '        c = 2\nend', new_str: '\tc = 3' });
    expect(await fileText()).toBe('if a:\n        b = 1\n        c = 3\nif a:\n        b = 1\nlast\n');
  });

  test('inserts with every tab and line end rewritten', async () => {
    await edit('insert', { insert_line: 0, new_str: '\ttop' });
    expect(await fileText()).toBe(
      '        top\nif a:\n        b = 1\n        c = 2\nend\nif a:\n        b = 1\nlast\n',
    );
  });

  test.each([
    ['if a:', '[1, 5]'],
    ['if a:\n\tb', '[]'],
    ['', '[1, 2, 3, 4, 5, 6, 7, 8]'],
  ])('names the lines that hold all of %j: %s', async (old_str, lines) => {
    const shown = old_str.replace('\t', '        ');
    expect(await edit('str_replace', { old_str, new_str: 'x' })).toBe(
      `No replacement was performed. Multiple occurrences of old_str \`${shown}\` in lines ${lines}. Please ensure it is unique`,
    );
  });

  test('never takes an edit back', async () => {
    await edit('str_replace', { old_str: 'last', new_str: 'x' });
    expect(await edit('undo_edit')).toBe('No edit history found for /testbed/a.py.');
  });

  test.each(['/testbed//a.py', '/testbed/./a.py', '/testbed/a.py/'])('tells %s as /testbed/a.py', async (path) => {
    expect(await edit('view', { path, view_range: [4, 4] })).toBe(
      "Here's the result of running `cat -n` on /testbed/a.py:\n     4\tend\n",
    );
  });

  test('shows a long Python file without the bodies of its functions', async () => {
    const body = Array.from({ length: 6 }, (_, n) => `        x = ${n}  # ${'-'.repeat(500)}\n`).join('');
    const method = (name: string) => `    def ${name}(self):\n${body}`;
    const names = ['one', 'two', 'three', 'four', 'five', 'six'];
    await box.writeFile('/testbed/a.py', `class A:\n${names.map(method).join('')}    short = 1\n`);
    expect(await edit('view')).toBe(
      `<NOTE>This file is too large to display entirely. Showing abbreviated version. Please use \`str_replace_editor view\` with the \`view_range\` parameter to show selected lines next.</NOTE>
     1 class A:
     2     def one(self):
     3 ... eliding lines 3-8 ...
     9     def two(self):
    10 ... eliding lines 10-15 ...
    16     def three(self):
    17 ... eliding lines 17-22 ...
    23     def four(self):
    24 ... eliding lines 24-29 ...
    30     def five(self):
    31 ... eliding lines 31-36 ...
    37     def six(self):
    38 ... eliding lines 38-43 ...
    44     short = 1
<IMPORTANT><NOTE>The above file has been abbreviated. Please use \`str_replace editor view\` with \`view_range\` to look at relevant files in detail.</NOTE></IMPORTANT>
`,
    );
  });
});

test('submit asks for a review as often as it is told, stages everything, then gives the patch', async () => {
  context.memory.reviews = 1;
  await box.writeFile('/testbed/new.txt', '$& costs\n');
  const review = await run('submit');
  expect(review.submitted).toBeUndefined();
  expect(review.output).toMatch(/^Thank you for your work on this issue\./);
  expect(review.output).toMatch(/\n<diff>\ndiff --git a\/new.txt b\/new.txt\n[\s\S]*\n\+\$& costs\n\n<\/diff>\n$/);
  expect((await box.exec('git status --short')).output).toBe('A  new.txt\n');
  const submitted = await run('submit');
  expect(submitted.submitted).toBe(true);
  expect(submitted.output).toMatch(/^diff --git a\/new.txt b\/new.txt\n[^<]*$/);
});

test('a command that takes too long is told by its own words, without what it printed', async () => {
  context.timeoutMs = 300;
  expect((await run('bash', { command: 'echo a; sleep 5' })).output).toBe(
    "The command 'echo a; sleep 5' was cancelled because it took more than 0.3 seconds. Please try a different command that completes more quickly.",
  );
});

test('in a session, bash keeps directory and variables', async () => {
  await using session = await box.openSession();
  context = attemptContext(box, { session });
  await run('bash', { command: 'mkdir sub; cd sub; x=7' });
  expect((await run('bash', { command: 'echo $x in $(pwd)' })).output).toBe('7 in /testbed/sub\n');
});
