// The editor's `view` of a file, or of some lines of it.
import { type ToolContext, type ToolResult, toolText } from '../tool.ts';
import type { EditorArguments } from './arguments.ts';
import { dialects } from './dialects.ts';
import { fileMap } from './file-map.ts';
import type { TextFile } from './files.ts';
import { listing, MAX_LISTED_CHARS } from './lines.ts';

export async function viewFile(
  { path, view_range }: EditorArguments,
  file: TextFile,
  context: ToolContext,
): Promise<ToolResult> {
  const dialect = dialects[context.dialect];
  const text = dialect.viewed(file.text);
  if (view_range === undefined) {
    const isMapped = dialect.maps && path.endsWith('.py') && [...text].length > MAX_LISTED_CHARS;
    return toolText(isMapped ? await fileMap(text) : listing(text, path, dialect));
  }
  const lines = text.split('\n');
  const wrong = wrongRange(view_range, lines.length);
  if (wrong !== undefined) return toolText(wrong, 1);
  const [first, last] = view_range as [number, number];
  return toolText(listing(lines.slice(first - 1, last === -1 ? undefined : last).join('\n'), path, dialect, first));
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
