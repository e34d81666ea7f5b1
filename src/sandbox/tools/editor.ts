// str_replace_editor: SWE-agent's editing tool, with its observation texts. Two deviations, both so that an edit changes what it says
// and nothing else: tabs are never expanded (SWE-agent rewrites every tab of an edited file), and line endings are kept.
import { z } from 'zod';
import { insertLines, replaceOnce, undoEdit } from './editor-edits.ts';
import { pathKind } from './editor-files.ts';
import { viewDirectory, viewFile } from './editor-view.ts';
import { defineTool, fromText, type ToolContext, type ToolResult, toolText } from './tool.ts';

const parameters = z.strictObject({
  command: z.enum(['view', 'create', 'str_replace', 'insert', 'undo_edit']).describe('what to do'),
  path: z.string().describe('absolute path of a file or directory, e.g. `/testbed/file.py` or `/testbed`'),
  file_text: z.string().optional().describe('required by `create`: the content of the new file'),
  old_str: z
    .string()
    .optional()
    .describe('required by `str_replace`: text that is in the file exactly once, white space included'),
  new_str: z
    .string()
    .optional()
    .describe('`str_replace`: what replaces old_str (nothing when absent); required by `insert`: the lines to insert'),
  insert_line: fromText(z.int())
    .optional()
    .describe('required by `insert`: `new_str` goes after this line; 0 = at the top'),
  view_range: fromText(z.array(z.int()))
    .optional()
    .describe('`view` of a file: first and last line, from 1; `[start, -1]` shows all lines from `start`'),
});
export type EditorArguments = z.infer<typeof parameters>;

export const strReplaceEditor = defineTool({
  name: 'str_replace_editor',
  description: [
    'Views, creates and edits files.',
    '* `view` shows a file with line numbers, or the files of a directory up to 2 levels deep.',
    '* `create` makes a new file; it cannot overwrite one.',
    '* `str_replace` replaces `old_str`, which must match exactly and be unique in the file, by `new_str`.',
    '* `insert` puts `new_str` after line `insert_line`.',
    '* `undo_edit` takes back the last edit of the file.',
  ].join('\n'),
  parameters,
  run: runEditor,
});

async function runEditor(args: EditorArguments, context: ToolContext): Promise<ToolResult> {
  const { command, path } = args;
  if (!path.startsWith('/')) {
    const meant = `/testbed/${path.replace(/^\.\//, '')}`;
    return refuse(`The path ${path} is not an absolute path, it should start with \`/\`. Maybe you meant ${meant}?`);
  }
  const kind = await pathKind(path, context);
  if (kind === 'none' && command !== 'create')
    return refuse(`The path ${path} does not exist. Please provide a valid path.`);
  if (kind !== 'none' && command === 'create')
    return refuse(`File already exists at: ${path}. Cannot overwrite files using command \`create\`.`);
  if (kind === 'directory' && command !== 'view')
    return refuse(`The path ${path} is a directory and only the \`view\` command can be used on directories`);
  if (kind === 'other')
    return refuse(
      `The path ${path} is not a file that this tool can show or edit: it is too large, or no regular file. Use bash.`,
    );
  switch (command) {
    case 'view':
      return kind === 'directory' ? viewDirectory(args, context) : viewFile(args, context);
    case 'create':
      return create(args, context);
    case 'str_replace':
      return replaceOnce(args, context);
    case 'insert':
      return insertLines(args, context);
    case 'undo_edit':
      return undoEdit(args, context);
    default:
      return command satisfies never;
  }
}

async function create({ path, file_text }: EditorArguments, context: ToolContext): Promise<ToolResult> {
  if (file_text === undefined) return refuse('Parameter `file_text` is required for command: create');
  const parent = path.slice(0, path.lastIndexOf('/')) || '/';
  if ((await pathKind(parent, context)) !== 'directory')
    return refuse(`The parent directory ${parent} does not exist. Please create it first.`);
  await context.sandbox.writeFile(path, file_text);
  return toolText(`File created successfully at: ${path}`);
}

const refuse = (text: string): ToolResult => toolText(text, 1);
