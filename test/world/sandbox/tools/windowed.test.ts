// SWE-agent's windowed tools on a real file system, with the texts of SWE-agent 1.0.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { attemptContext } from '../../../../src/agents/loop/turn.ts';
import type { Session } from '../../../../src/world/sandbox/sandbox.ts';
import type { ToolContext } from '../../../../src/world/sandbox/tools/tool.ts';
import { agentTools, findTool } from '../../../../src/world/sandbox/tools/tools.ts';
import { type LocalSandbox, openLocalSandbox } from '../../../support/local-sandbox.ts';

const long = Array.from({ length: 300 }, (_, n) => `x${n + 1} = ${n + 1}\n`).join('');
let box: LocalSandbox;
let session: Session;
let context: ToolContext;
beforeEach(async () => {
  box = await openLocalSandbox({ 'a.py': 'def f():\n    return 1\n', 'src/long.py': long, 'src/b.txt': 'x1\n' });
  session = await box.openSession();
  context = attemptContext(box, { session, dialect: 'swe-agent' });
});
afterEach(async () => {
  await session.dispose();
  await box.dispose();
});

async function run(tool: string, args: Record<string, unknown> = {}): Promise<string> {
  const result = await findTool(tool)!.run(args, context);
  if ('wrong' in result) throw new Error(result.wrong);
  return result.output;
}
const ends = (window: string): string[] => {
  const lines = window.trimEnd().split('\n');
  return [...lines.slice(0, 3), ...lines.slice(-2)];
};

describe('the window', () => {
  test('opens at a line a sixth below its top, by the name given, and tells what is around', async () => {
    expect(ends(await run('open', { path: 'src/long.py', line_number: '150' }))).toEqual([
      '[File: src/long.py (300 lines total)]',
      '(132 more lines above)',
      '133:x133 = 133',
      '232:x232 = 232',
      '(68 more lines below)',
    ]);
  });

  test('goes to a line and scrolls with an overlap of two, and is then told by its whole path', async () => {
    await run('open', { path: 'src/long.py' });
    expect(ends(await run('goto', { line_number: 150 })).slice(0, 2)).toEqual([
      '[File: /testbed/src/long.py (300 lines total)]',
      '(132 more lines above)',
    ]);
    expect(ends(await run('scroll_up'))[1]).toBe('(34 more lines above)');
    expect(ends(await run('scroll_down'))[1]).toBe('(132 more lines above)');
  });

  test.each([
    ['open', { path: 'none.py' }, 'Error: File none.py not found'],
    [
      'open',
      { path: 'src' },
      'Error: src is a directory. You can only open files. Use cd or ls to navigate directories.',
    ],
    ['open', {}, 'Usage: open "<file>"'],
    ['goto', { line_number: 1 }, 'No file open. Use the open command first.'],
    ['edit', { start_line: 1, end_line: 1, replacement_text: '' }, 'No file opened. Use the `open` command first.'],
    ['create', { filename: 'a.py' }, "Warning: File 'a.py' already exists."],
  ])('%s %j is refused', async (tool, args, said) => {
    expect(await run(tool, args)).toBe(said);
  });

  test('names are relative to where the shell is', async () => {
    await session.exec('cd src');
    expect(await run('create', { filename: 'new.py' })).toBe('[File: new.py (1 lines total)]\n1:\n');
    expect((await box.readFile('/testbed/src/new.py')).toString()).toBe('\n');
  });
});

describe('edit', () => {
  const file = async () => (await box.readFile('/testbed/a.py')).toString();

  test('replaces lines and shows them', async () => {
    await run('open', { path: 'a.py' });
    expect(await run('edit', { start_line: '2', end_line: '2', replacement_text: '    a = 2\n    return a' })).toBe(
      `File updated. Please review the changes and make sure they are correct
(correct indentation, no duplicate lines, etc). Edit the file again if necessary.
[File: /testbed/a.py (3 lines total)]
1:def f():
2:    a = 2
3:    return a
`,
    );
    expect(await file()).toBe('def f():\n    a = 2\n    return a\n');
  });

  test.each([
    [undefined, ''],
    ['', ''],
    ['x = 1\n', 'x = 1\n\n'],
  ])('by %j, which stands there as it is; nothing is no line', async (replacement_text, left) => {
    await run('open', { path: 'a.py' });
    await run('edit', { start_line: 1, end_line: 2, ...(replacement_text !== undefined && { replacement_text }) });
    expect(await file()).toBe(left);
  });

  test('takes back what brings in a syntax error, and shows both', async () => {
    await run('open', { path: 'a.py' });
    const said = await run('edit', { start_line: 2, end_line: 2, replacement_text: 'return (' });
    expect(said).toMatch(/^Your proposed edit has introduced new syntax error\(s\)[\s\S]*\nERRORS:\n- E999 /);
    expect(said).toContain('2:return (\n');
    expect(said).toContain('2:    return 1\n');
    expect(await file()).toBe('def f():\n    return 1\n');
  });
});

test.each([
  ['find_file', { file_name: 'long.py' }, 'Found 1 matches for "long.py" in /testbed:\n/testbed/src/long.py\n'],
  ['find_file', { file_name: 'no.py', dir: 'src' }, 'No matches found for "no.py" in /testbed/src\n'],
  ['find_file', { file_name: 'a', dir: 'no' }, 'Directory no not found\n'],
  [
    'search_dir',
    { search_term: 'x1 ', dir: 'src' },
    'Found 1 matches for "x1 " in /testbed/src:\n/testbed/src/long.py (1 matches)\nEnd of matches for "x1 " in /testbed/src\n',
  ],
  [
    'search_file',
    { search_term: 'x29[0-9]', file: 'src/long.py' },
    `Found 10 matches for "x29[0-9]" in /testbed/src/long.py:\n${Array.from({ length: 10 }, (_, n) => `Line ${290 + n}:x${290 + n} = ${290 + n}\n`).join('')}End of matches for "x29[0-9]" in /testbed/src/long.py\n`,
  ],
  ['search_file', { search_term: 'y', file: 'a.py' }, 'No matches found for "y" in /testbed/a.py\n'],
])('%s %j', async (tool, args, said) => {
  expect(await run(tool, args)).toBe(said);
});

test('no agent of ours is offered them', () => {
  expect(agentTools.map(({ schema }) => schema.name)).toEqual(['bash', 'str_replace_editor', 'submit']);
});
