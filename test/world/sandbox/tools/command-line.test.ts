// Which command lines are calls of SWE-agent's windowed tools, and which are left to the shell.
import { expect, test } from 'vitest';
import { windowedCall } from '../../../../src/world/sandbox/tools/windowed/command-line.ts';

test.each([
  ['open src/a.py 1474', 'open', { path: 'src/a.py', line_number: '1474' }],
  [' open "my file.py"\n', 'open', { path: 'my file.py' }],
  ['scroll_down', 'scroll_down', {}],
  ['search_dir "a \\"b\\" \\d" src', 'search_dir', { search_term: 'a "b" \\d', dir: 'src' }],
  ["search_file 'it''s $5'", 'search_file', { search_term: 'its $5' }],
  ['edit 1:2\n  a\n\nend_of_edit', 'edit', { start_line: '1', end_line: '2', replacement_text: '  a\n' }],
  ['edit 1:2\n\nend_of_edit\n', 'edit', { start_line: '1', end_line: '2', replacement_text: '' }],
  ['edit 1:2\nend_of_edit', 'edit', { start_line: '1', end_line: '2' }],
])('%j', (line, name, args) => {
  expect(windowedCall(line)).toEqual({ name, arguments: args });
});

test.each([
  'ls -F',
  'cd src && open a.py',
  'open a.py | head',
  'open $FILE',
  'find_file *.py',
  'open a.py\nls',
  'goto 1 2',
  'edit 1:2',
  'edit 1:2\nx',
  'edit 1:2\nx\nend_of_edit\npython a.py',
  'edit 1:2\nx\nend_of_edit\nedit 3:4\ny\nend_of_edit',
  'submit',
  '',
])('%j is the shell’s', (line) => {
  expect(windowedCall(line)).toBeUndefined();
});
