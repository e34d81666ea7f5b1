// The editor's changes to an existing file: str_replace, insert, undo_edit. Each says what it did with a snippet around it.
import type { EditorArguments } from './editor.ts';
import { listing, openText } from './editor-files.ts';
import { type ToolContext, type ToolResult, toolText } from './tool.ts';

const SNIPPET_LINES = 4;

export async function replaceOnce(args: EditorArguments, context: ToolContext): Promise<ToolResult> {
  const { path } = args;
  if (args.old_str === undefined) return refuse('Parameter `old_str` is required for command: str_replace');
  const file = await openText(path, context);
  const [oldText, newText] = [inLineEndingsOf(file.text, args.old_str), inLineEndingsOf(file.text, args.new_str ?? '')];
  const at = oldText === '' ? -1 : file.text.indexOf(oldText);
  if (at < 0)
    return refuse(`No replacement was performed, old_str \`${args.old_str}\` did not appear verbatim in ${path}.`);
  const lines = linesOf(file.text, oldText);
  if (lines.length > 1)
    return refuse(
      `No replacement was performed. Multiple occurrences of old_str \`${args.old_str}\` in lines [${lines.join(', ')}]. Please ensure it is unique`,
    );
  if (oldText === newText)
    return refuse(
      `No replacement was performed, old_str \`${args.old_str}\` is the same as new_str \`${args.new_str}\`.`,
    );
  const edited = file.text.slice(0, at) + newText + file.text.slice(at + oldText.length);
  await file.write(edited);
  remember(context, path, file.text);
  const line = countNewlines(file.text.slice(0, at));
  const first = Math.max(1, line - SNIPPET_LINES);
  const last = line + SNIPPET_LINES + countNewlines(newText);
  const snippet = edited
    .split('\n')
    .slice(first - 1, last)
    .join('\n');
  const shown = listing(snippet, `a snippet of ${path}`, first);
  return toolText(
    `The file ${path} has been edited. ${shown}Review the changes and make sure they are as expected. Edit the file again if necessary.`,
  );
}

export async function insertLines(args: EditorArguments, context: ToolContext): Promise<ToolResult> {
  const { path, insert_line: after } = args;
  if (after === undefined) return refuse('Parameter `insert_line` is required for command: insert');
  if (args.new_str === undefined) return refuse('Parameter `new_str` is required for command: insert');
  const file = await openText(path, context);
  const lines = file.text.split('\n');
  if (after < 0 || after > lines.length)
    return refuse(
      `Invalid \`insert_line\` parameter: ${after}. It should be within the range of lines of the file: [0, ${lines.length}]`,
    );
  const inserted = inLineEndingsOf(file.text, args.new_str).split('\n');
  const carriageReturn = file.text.includes('\r\n') && !inserted.at(-1)?.endsWith('\r') ? '\r' : '';
  inserted[inserted.length - 1] += carriageReturn;
  await file.write([...lines.slice(0, after), ...inserted, ...lines.slice(after)].join('\n'));
  remember(context, path, file.text);
  const first = Math.max(0, after - SNIPPET_LINES);
  const snippet = [...lines.slice(first, after), ...inserted, ...lines.slice(after, after + SNIPPET_LINES)].join('\n');
  const shown = listing(snippet, 'a snippet of the edited file', first + 1);
  return toolText(
    `The file ${path} has been edited. ${shown}Review the changes and make sure they are as expected (correct indentation, no duplicate lines, etc). Edit the file again if necessary.`,
  );
}

export async function undoEdit({ path }: EditorArguments, context: ToolContext): Promise<ToolResult> {
  const former = context.edits.get(path)?.pop();
  if (former === undefined) return refuse(`No edit history found for ${path}.`);
  const file = await openText(path, context);
  await file.write(former);
  return toolText(`Last edit to ${path} undone successfully. ${listing(former, path)}`);
}

const refuse = (text: string): ToolResult => toolText(text, 1);

function remember({ edits }: ToolContext, path: string, text: string): void {
  edits.set(path, [...(edits.get(path) ?? []), text]);
}

/** A model writes \n; in a file whose lines end in \r\n that means \r\n. */
const inLineEndingsOf = (file: string, text: string): string =>
  file.includes('\r\n') ? text.replaceAll(/\r?\n/g, '\r\n') : text;

const countNewlines = (text: string): number => text.split('\n').length - 1;

/** Numbers of the lines on which `part` starts. */
function linesOf(text: string, part: string): number[] {
  const lines: number[] = [];
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length))
    lines.push(countNewlines(text.slice(0, at)) + 1);
  return lines;
}
