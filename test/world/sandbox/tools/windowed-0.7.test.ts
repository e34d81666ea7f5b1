// The windowed tools as they were before SWE-agent 1.0: where they say and show something else.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { attemptContext } from '../../../../src/agents/loop/turn.ts';
import type { ToolContext } from '../../../../src/world/sandbox/tools/tool.ts';
import { findTool } from '../../../../src/world/sandbox/tools/tools.ts';
import { type LocalSandbox, openLocalSandbox } from '../../../support/local-sandbox.ts';

const long = Array.from({ length: 300 }, (_, n) => `x${n + 1} = ${n + 1}\n`).join('');
let box: LocalSandbox;
let context: ToolContext;
beforeEach(async () => {
  box = await openLocalSandbox({ 'a.py': 'def f():\n    return 1\n', 'long.py': long, 'crlf.txt': 'a\r\nb\r\nc' });
  context = attemptContext(box, { dialect: 'swe-agent-0.7' });
});
afterEach(() => box.dispose());

async function run(tool: string, args: Record<string, unknown> = {}): Promise<string> {
  const result = await findTool(tool)!.run(args, context);
  if ('wrong' in result) throw new Error(result.wrong);
  return result.output;
}
const above = (window: string): string => window.split('\n')[1]!;

describe('the window', () => {
  test('is told by its whole path, and has the line asked for sixteen below its top', async () => {
    const window = await run('open', { path: 'long.py', line_number: '150' });
    expect(window.split('\n').slice(0, 3)).toEqual([
      '[File: /testbed/long.py (300 lines total)]',
      '(134 more lines above)',
      '135:x135 = 135',
    ]);
    expect(window).toMatch(/\n234:x234 = 234\n\(66 more lines below\)\n$/);
  });

  test('opens at the top, scrolls with an overlap of two, and ends with the file', async () => {
    await run('open', { path: 'long.py', line_number: 150 });
    expect(above(await run('open', { path: 'long.py' }))).toBe('1:x1 = 1');
    expect(above(await run('scroll_down'))).toBe('(98 more lines above)');
    expect(await run('goto', { line_number: 300 })).toMatch(/^.*\n\(200 more lines above\)[\s\S]*\n300:x300 = 300\n$/);
  });

  test.each([
    ['open', { path: 'none.py' }, 'File none.py not found'],
    ['edit', { start_line: 1, end_line: 1 }, 'No file open. Use the `open` command first.\n'],
    [
      'create',
      { filename: 'a.py' },
      "Error: File 'a.py' already exists.\n[File: /testbed/a.py (2 lines total)]\n1:def f():\n2:    return 1\n",
    ],
  ])('%s %j', async (tool, args, said) => {
    expect(await run(tool, args)).toBe(said);
  });
});

describe('edit', () => {
  const edited = async (path: string, args: object): Promise<string> => {
    await run('open', { path });
    await run('edit', { ...args });
    return (await box.readFile(`/testbed/${path}`)).toString();
  };

  test('shows the window, the edit in its middle, then says that it is done', async () => {
    await run('open', { path: 'long.py' });
    const said = await run('edit', { start_line: 150, end_line: 150, replacement_text: 'y = 1\nz = 2' });
    expect(said).toMatch(/^\[File: \/testbed\/long.py \(301 lines total\)\]\n\(99 more lines above\)\n100:/);
    expect(said).toMatch(/\n\(102 more lines below\)\nFile updated\. .* if necessary\.\n$/);
  });

  test.each([
    ['crlf.txt', { start_line: 2, end_line: 2, replacement_text: 'B' }, 'a\r\nB\nc\n'],
    ['crlf.txt', { start_line: 2, end_line: 3 }, 'a\r\n'],
    ['crlf.txt', { start_line: 2, end_line: 2, replacement_text: '' }, 'a\r\n\nc\n'],
    ['a.py', { start_line: 9, end_line: 9, replacement_text: '# end' }, 'def f():\n    return 1\n# end\n'],
  ])('of %s, %j', async (path, args, left) => {
    expect(await edited(path, args)).toBe(left);
  });

  test('is refused with some lines around it, not with the window', async () => {
    await run('open', { path: 'long.py' });
    const said = await run('edit', { start_line: 150, end_line: 151, replacement_text: 'y = (\nz\nw ]' });
    const windows = said.split(/-{49}\n/);
    expect(windows[1]!.split('\n').slice(0, 3)).toEqual([
      '[File: /testbed/long.py (301 lines total)]',
      '(143 more lines above)',
      '144:x144 = 144',
    ]);
    expect(windows[1]).toMatch(/\n156:x155 = 155\n\(145 more lines below\)\n$/);
    expect(windows[3]!.split('\n').at(1)).toBe('(144 more lines above)');
    expect(windows[3]).toMatch(/\n156:x156 = 156\n\(144 more lines below\)\n$/);
    expect((await box.readFile('/testbed/long.py')).toString()).toBe(long);
  });

  test('of a short file is refused with all of it', async () => {
    await run('open', { path: 'a.py' });
    const said = await run('edit', { start_line: 2, end_line: 2, replacement_text: 'return (' });
    expect(said).toContain('(2 lines total)]\n1:def f():\n2:return (\n-----');
    expect(said).toContain('(2 lines total)]\n1:def f():\n2:    return 1\n-----');
  });
});
