// The editor's `view`: a directory up to two levels deep, a file, or some lines of it.

import { quote } from '../shell/snippets.ts';
import type { EditorArguments } from './editor.ts';
import { listing, openText } from './editor-files.ts';
import { type ToolContext, type ToolResult, toolText } from './tool.ts';

export async function viewDirectory({ path, view_range }: EditorArguments, context: ToolContext): Promise<ToolResult> {
  if (view_range) return toolText('The `view_range` parameter is not allowed when `path` points to a directory.', 1);
  const { sandbox, maxOutputBytes } = context;
  const found = await sandbox.exec(`find ${quote(path)} -maxdepth 2 -not -path '*/\\.*' | LC_ALL=C sort`, {
    maxOutputBytes,
  });
  const head = `Here's the files and directories up to 2 levels deep in ${path}, excluding hidden items:`;
  return { ...found, output: `${head}\n${found.output}` };
}

export async function viewFile({ path, view_range }: EditorArguments, context: ToolContext): Promise<ToolResult> {
  const { text } = await openText(path, context);
  if (view_range === undefined) return toolText(listing(text, path));
  const lines = text.split('\n');
  const wrong = wrongRange(view_range, lines.length);
  if (wrong !== undefined) return toolText(wrong, 1);
  const [first, last] = view_range as [number, number];
  return toolText(listing(lines.slice(first - 1, last === -1 ? undefined : last).join('\n'), path, first));
}

function wrongRange(range: number[], lines: number): string | undefined {
  const [first, last] = range;
  if (first === undefined || last === undefined || range.length !== 2)
    return 'Invalid `view_range`. It should be a list of two integers.';
  const got = `Invalid \`view_range\`: [${range.join(', ')}].`;
  if (first < 1 || first > lines)
    return `${got} Its first element \`${first}\` should be within the range of lines of the file: [1, ${lines}]`;
  if (last > lines)
    return `${got} Its second element \`${last}\` should be smaller than the number of lines in the file: \`${lines}\``;
  if (last !== -1 && last < first)
    return `${got} Its second element \`${last}\` should be larger or equal than its first \`${first}\``;
  return undefined;
}
