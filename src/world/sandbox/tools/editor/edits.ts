// The editor's changes to an existing file: str_replace, insert, undo_edit. Each says what it did with a snippet around it.

import { splitLines } from '../python-text.ts';
import { type ToolContext, type ToolResult, toolText } from '../tool.ts';
import type { EditorArguments } from './arguments.ts';
import { dialects } from './dialects.ts';
import { type TextFile, writeFailed } from './files.ts';
import { countNewlines, listing } from './lines.ts';

const SNIPPET_LINES = 4;

export async function replaceOnce(args: EditorArguments, file: TextFile, context: ToolContext): Promise<ToolResult> {
  const { path } = args;
  if (args.old_str === undefined) return refuse('Parameter `old_str` is required for command: str_replace');
  const dialect = dialects[context.dialect];
  const text = dialect.edited(file.text);
  const [oldAsked, newAsked] = [dialect.argument(args.old_str), dialect.argument(args.new_str ?? '')];
  const [oldText, newText] = [inLineEndingsOf(text, oldAsked), inLineEndingsOf(text, newAsked)];
  const at = oldText === '' && !dialect.matchesEmpty ? -1 : text.indexOf(oldText);
  if (at < 0)
    return refuse(`No replacement was performed, old_str \`${oldAsked}\` did not appear verbatim in ${path}.`);
  if (text.indexOf(oldText, at + Math.max(1, oldText.length)) > at) {
    const lines = dialect.occurrences(text, oldText).join(', ');
    return refuse(
      `No replacement was performed. Multiple occurrences of old_str \`${oldAsked}\` in lines [${lines}]. Please ensure it is unique`,
    );
  }
  if (oldText === newText)
    return refuse(`No replacement was performed, old_str \`${oldAsked}\` is the same as new_str \`${newAsked}\`.`);
  const edited = text.slice(0, at) + newText + text.slice(at + oldText.length);
  const unwritten = await file.write(edited);
  if (unwritten) return refuse(writeFailed(path, unwritten));
  remember(context, path, file.text);
  const line = countNewlines(text.slice(0, at));
  const first = Math.max(1, line - SNIPPET_LINES);
  const last = Math.min(line + SNIPPET_LINES + countNewlines(newText), splitLines(edited).length);
  const snippet = edited
    .split('\n')
    .slice(first - 1, last)
    .join('\n');
  const shown = listing(snippet, `a snippet of ${path}`, dialect, first);
  return toolText(
    `The file ${path} has been edited. ${shown}Review the changes and make sure they are as expected. Edit the file again if necessary.`,
  );
}

export async function insertLines(args: EditorArguments, file: TextFile, context: ToolContext): Promise<ToolResult> {
  const { path, insert_line: after } = args;
  if (after === undefined) return refuse('Parameter `insert_line` is required for command: insert');
  if (args.new_str === undefined) return refuse('Parameter `new_str` is required for command: insert');
  const dialect = dialects[context.dialect];
  const text = dialect.edited(file.text);
  const lines = text.split('\n');
  if (after < 0 || after > lines.length)
    return refuse(
      `Invalid \`insert_line\` parameter: ${after}. It should be within the range of lines of the file: [0, ${lines.length}]`,
    );
  const inserted = inLineEndingsOf(text, dialect.argument(args.new_str)).split('\n');
  const carriageReturn = text.includes('\r\n') && !inserted.at(-1)?.endsWith('\r') ? '\r' : '';
  inserted[inserted.length - 1] += carriageReturn;
  const unwritten = await file.write([...lines.slice(0, after), ...inserted, ...lines.slice(after)].join('\n'));
  if (unwritten) return refuse(writeFailed(path, unwritten));
  remember(context, path, file.text);
  const first = Math.max(0, after - SNIPPET_LINES);
  const snippet = [...lines.slice(first, after), ...inserted, ...lines.slice(after, after + SNIPPET_LINES)].join('\n');
  const shown = listing(snippet, 'a snippet of the edited file', dialect, first + 1);
  return toolText(
    `The file ${path} has been edited. ${shown}Review the changes and make sure they are as expected (correct indentation, no duplicate lines, etc). Edit the file again if necessary.`,
  );
}

export async function undoEdit(
  { path }: EditorArguments,
  file: TextFile,
  { memory, dialect }: ToolContext,
): Promise<ToolResult> {
  const former = memory.edits.get(path)?.pop();
  if (former === undefined) return refuse(`No edit history found for ${path}.`);
  await file.write(former);
  return toolText(`Last edit to ${path} undone successfully. ${listing(former, path, dialects[dialect])}`);
}

const refuse = (text: string): ToolResult => toolText(text, 1);

function remember({ memory: { edits }, dialect }: ToolContext, path: string, text: string): void {
  if (dialects[dialect].remembers) edits.set(path, [...(edits.get(path) ?? []), text]);
}

/** A model writes \n; in a file whose lines end in \r\n that means \r\n. */
const inLineEndingsOf = (file: string, text: string): string =>
  file.includes('\r\n') ? text.replaceAll(/\r?\n/g, '\r\n') : text;
