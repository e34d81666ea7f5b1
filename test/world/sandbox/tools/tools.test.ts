// The tools on a real file system. The editor's texts are SWE-agent's, letter by letter: models have learnt them.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ToolContext, ToolResult } from '../../../../src/world/sandbox/tools/tool.ts';
import { agentTools, findTool } from '../../../../src/world/sandbox/tools/tools.ts';
import { type LocalSandbox, openLocalSandbox } from '../../../support/local-sandbox.ts';

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => `line ${from + i}\n`).join('');

let box: LocalSandbox;
let context: ToolContext;
beforeEach(async () => {
  box = await openLocalSandbox({
    'a.py': numbers(1, 12),
    'src/b.js': '\tif (a) {\n\t\tf(a);\n\t}\n',
    'src/.hidden': '',
  });
  context = {
    sandbox: box,
    timeoutMs: 10_000,
    maxOutputBytes: 65_536,
    dialect: 'stepwright',
    memory: { edits: new Map(), reviews: 0 },
  };
});
afterEach(() => box.dispose());

async function run(tool: string, args: Record<string, unknown>): Promise<ToolResult> {
  const result = await findTool(tool)!.run(args, context);
  if ('wrong' in result) throw new Error(result.wrong);
  return result;
}
const edit = (args: Record<string, unknown>) => run('str_replace_editor', args);
const fileText = async (path: string) => (await box.readFile(path)).toString('latin1');

describe('view', () => {
  test('shows a file with numbers', async () => {
    await box.writeFile('/testbed/c.txt', 'one\ntwo\n');
    expect(await edit({ command: 'view', path: '/testbed/c.txt' })).toMatchObject({
      exitCode: 0,
      output: "Here's the result of running `cat -n` on /testbed/c.txt:\n     1\tone\n     2\ttwo\n     3\t\n",
    });
  });

  test.each([[[3, 4]], ['[3, 4]']])('shows the lines asked for, as data or as text: %j', async (view_range) => {
    expect((await edit({ command: 'view', path: '/testbed/a.py', view_range })).output).toBe(
      "Here's the result of running `cat -n` on /testbed/a.py:\n     3\tline 3\n     4\tline 4\n",
    );
  });

  test('-1 stands for the end', async () => {
    const { output } = await edit({ command: 'view', path: '/testbed/a.py', view_range: [12, -1] });
    expect(output).toBe("Here's the result of running `cat -n` on /testbed/a.py:\n    12\tline 12\n    13\t\n");
  });

  test.each([
    [[1], 'Invalid `view_range`. It should be a list of two integers.'],
    [
      [0, 2],
      'Invalid `view_range`: [0, 2]. Its first element `0` should be within the range of lines of the file: [1, 13]',
    ],
    [
      [1, 99],
      'Invalid `view_range`: [1, 99]. Its second element `99` should be smaller than the number of lines in the file: `13`',
    ],
    [[5, 2], 'Invalid `view_range`: [5, 2]. Its second element `2` should be larger or equal than its first `5`'],
  ])('refuses the range %j', async (view_range, output) => {
    expect(await edit({ command: 'view', path: '/testbed/a.py', view_range })).toMatchObject({ exitCode: 1, output });
  });

  test('lists a directory two levels deep, in order, without hidden files', async () => {
    expect((await edit({ command: 'view', path: '/testbed' })).output).toBe(
      "Here's the files and directories up to 2 levels deep in /testbed, excluding hidden items:\n/testbed\n/testbed/a.py\n/testbed/src\n/testbed/src/b.js\n",
    );
  });

  test('clips a long file and says how to see the rest', async () => {
    await box.writeFile('/testbed/long.txt', 'x'.repeat(30_000));
    const { output } = await edit({ command: 'view', path: '/testbed/long.txt' });
    expect(output.length).toBeLessThan(17_000);
    expect(output).toContain('<response clipped><NOTE>To save on context only part of this file');
  });

  test('does not show what is no regular file', async () => {
    await box.exec('mkfifo /testbed/pipe');
    expect((await edit({ command: 'view', path: '/testbed/pipe' })).output).toMatch(/no regular file. Use bash/);
  });
});

describe('create', () => {
  test('makes a file', async () => {
    const result = await edit({ command: 'create', path: '/testbed/new.py', file_text: 'x = 1\n' });
    expect(result.output).toBe('File created successfully at: /testbed/new.py');
    expect(await fileText('/testbed/new.py')).toBe('x = 1\n');
  });

  test.each([
    [
      '/testbed/a.py',
      { file_text: 'x' },
      'File already exists at: /testbed/a.py. Cannot overwrite files using command `create`.',
    ],
    [
      '/testbed/no/a.py',
      { file_text: 'x' },
      'The parent directory /testbed/no does not exist. Please create it first.',
    ],
    ['/testbed/new.py', {}, 'Parameter `file_text` is required for command: create'],
  ])('refuses %s %j', async (path, more, output) => {
    expect(await edit({ command: 'create', path, ...more })).toMatchObject({ exitCode: 1, output });
  });
});

describe('str_replace', () => {
  test('replaces what is there once, and shows four lines around', async () => {
    const result = await edit({
      command: 'str_replace',
      path: '/testbed/a.py',
      old_str: 'line 6\nline 7',
      new_str: 'six',
    });
    expect(result.output).toBe(
      `The file /testbed/a.py has been edited. Here's the result of running \`cat -n\` on a snippet of /testbed/a.py:
     1\tline 1
     2\tline 2
     3\tline 3
     4\tline 4
     5\tline 5
     6\tsix
     7\tline 8
     8\tline 9
     9\tline 10
Review the changes and make sure they are as expected. Edit the file again if necessary.`,
    );
    expect(await fileText('/testbed/a.py')).toBe(`${numbers(1, 5)}six\n${numbers(8, 12)}`);
  });

  test.each([
    ['line 99', 'x', 'No replacement was performed, old_str `line 99` did not appear verbatim in /testbed/a.py.'],
    [
      'line 1',
      'x',
      'No replacement was performed. Multiple occurrences of old_str `line 1` in lines [1, 10, 11, 12]. Please ensure it is unique',
    ],
    ['line 2\n', 'line 2\n', 'No replacement was performed, old_str `line 2\n` is the same as new_str `line 2\n`.'],
    ['', 'x', 'No replacement was performed, old_str `` did not appear verbatim in /testbed/a.py.'],
    [undefined, 'x', 'Parameter `old_str` is required for command: str_replace'],
  ])('refuses %j → %j', async (old_str, new_str, output) => {
    const args = old_str === undefined ? { new_str } : { old_str, new_str };
    expect(await edit({ command: 'str_replace', path: '/testbed/a.py', ...args })).toMatchObject({
      exitCode: 1,
      output,
    });
    expect(await fileText('/testbed/a.py')).toBe(numbers(1, 12));
  });

  test('changes nothing but what it says: tabs, other bytes, line endings, mode', async () => {
    await edit({ command: 'str_replace', path: '/testbed/src/b.js', old_str: '\t\tf(a);', new_str: '\t\tg(a, "$&");' });
    expect(await fileText('/testbed/src/b.js')).toBe('\tif (a) {\n\t\tg(a, "$&");\n\t}\n');
    const odd = Buffer.from('caf\xe9 = 1\r\nx = 2\r\ny = 3\r\n', 'latin1');
    await box.writeFile('/testbed/odd.py', odd, { mode: 0o755 });
    await edit({ command: 'str_replace', path: '/testbed/odd.py', old_str: 'x = 2\ny = 3', new_str: 'x = 3\nz = 4' });
    expect(await fileText('/testbed/odd.py')).toBe('caf\xe9 = 1\r\nx = 3\r\nz = 4\r\n');
    expect((await box.exec('stat -c %a odd.py')).output).toBe('755\n');
  });
});

test('a snippet at the end of a file shows no line after the last', async () => {
  const { output } = await edit({ command: 'str_replace', path: '/testbed/a.py', old_str: 'line 12', new_str: 'end' });
  expect(output).toContain('    12\tend\nReview the changes');
});

test('a character that the encoding of a file lacks is refused, and the file stays', async () => {
  const odd = Buffer.from('caf\xe9 = 1\n', 'latin1');
  await box.writeFile('/testbed/odd.py', odd);
  expect(await edit({ command: 'str_replace', path: '/testbed/odd.py', old_str: '1', new_str: '€' })).toMatchObject({
    exitCode: 1,
    output: 'Ran into Latin-1, which the file is in, has no "€" while trying to write to /testbed/odd.py',
  });
  expect(await box.readFile('/testbed/odd.py')).toEqual(odd);
});

describe('insert and undo_edit', () => {
  test('puts lines after the line named, and shows what is around', async () => {
    const result = await edit({ command: 'insert', path: '/testbed/a.py', insert_line: '1', new_str: 'new\nlines' });
    expect(result.output).toBe(
      `The file /testbed/a.py has been edited. Here's the result of running \`cat -n\` on a snippet of the edited file:
     1\tline 1
     2\tnew
     3\tlines
     4\tline 2
     5\tline 3
     6\tline 4
     7\tline 5
Review the changes and make sure they are as expected (correct indentation, no duplicate lines, etc). Edit the file again if necessary.`,
    );
    await edit({ command: 'insert', path: '/testbed/a.py', insert_line: 0, new_str: '# top' });
    expect((await fileText('/testbed/a.py')).startsWith('# top\nline 1\nnew\nlines\nline 2\n')).toBe(true);
  });

  test.each([
    [
      { insert_line: 99, new_str: 'x' },
      'Invalid `insert_line` parameter: 99. It should be within the range of lines of the file: [0, 13]',
    ],
    [{ new_str: 'x' }, 'Parameter `insert_line` is required for command: insert'],
    [{ insert_line: 1 }, 'Parameter `new_str` is required for command: insert'],
  ])('refuses to insert %j', async (more, output) => {
    expect(await edit({ command: 'insert', path: '/testbed/a.py', ...more })).toMatchObject({ exitCode: 1, output });
  });

  test('takes edits back one by one, and says when there is none left', async () => {
    const path = '/testbed/a.py';
    await edit({ command: 'str_replace', path, old_str: 'line 2\n', new_str: '' });
    await edit({ command: 'insert', path, insert_line: 0, new_str: 'top' });
    const undone = await edit({ command: 'undo_edit', path });
    expect(undone.output).toMatch(
      /^Last edit to \/testbed\/a.py undone successfully. Here's the result of running `cat -n` on \/testbed\/a.py:\n {5}1\tline 1\n {5}2\tline 3\n/,
    );
    await edit({ command: 'undo_edit', path });
    expect(await fileText(path)).toBe(numbers(1, 12));
    expect(await edit({ command: 'undo_edit', path })).toMatchObject({
      exitCode: 1,
      output: 'No edit history found for /testbed/a.py.',
    });
  });
});

test.each([
  ['view', '/testbed/none.py', 'The path /testbed/none.py does not exist. Please provide a valid path.'],
  [
    'insert',
    '/testbed/src',
    'The path /testbed/src is a directory and only the `view` command can be used on directories',
  ],
  [
    'view',
    'src/b.js',
    'The path src/b.js is not an absolute path, it should start with `/`. Maybe you meant /testbed/src/b.js?',
  ],
])('%s of %s is refused', async (command, path, output) => {
  expect(await edit({ command, path })).toMatchObject({ exitCode: 1, output });
});

test('paths with quotes and blanks are paths, not commands', async () => {
  const path = "/testbed/it's $(touch gone) here.txt";
  await edit({ command: 'create', path, file_text: 'x\n' });
  expect((await edit({ command: 'view', path })).output).toContain('     1\tx\n');
  expect((await box.exec('ls gone')).exitCode).not.toBe(0);
});

test('bash runs in a fresh shell each time, with stderr among the output', async () => {
  expect(await run('bash', { command: 'cd src && echo out && echo err >&2' })).toMatchObject({
    output: 'out\nerr\n',
    exitCode: 0,
  });
  expect((await run('bash', { command: 'ls' })).output).toBe('a.py\nsrc\n');
});

test('submit ends the attempt and takes no parameters', async () => {
  expect(await run('submit', {})).toMatchObject({ submitted: true, output: '' });
});

test('every tool tells its arguments as a JSON Schema of an object', () => {
  expect(agentTools.map(({ schema }) => [schema.name, schema.parameters.type, schema.parameters.required])).toEqual([
    ['bash', 'object', ['command']],
    ['str_replace_editor', 'object', ['command', 'path']],
    ['submit', 'object', undefined],
  ]);
  const editor = findTool('str_replace_editor')!.schema.parameters.properties as Record<string, { type: string }>;
  expect([editor.view_range!.type, editor.insert_line!.type]).toEqual(['array', 'integer']);
});
