// str_replace_editor: SWE-agent's editing tool, with its observation texts (dialects.ts says where the two differ).
import { pathText } from '../python-text.ts';
import { defineTool, type ToolContext, type ToolResult, toolText } from '../tool.ts';
import { type EditorArguments, parameters } from './arguments.ts';
import { insertLines, replaceOnce, undoEdit } from './edits.ts';
import { createFile, look, parentOf, writeFailed } from './files.ts';
import { viewFile } from './view.ts';

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

async function runEditor(raw: EditorArguments, context: ToolContext): Promise<ToolResult> {
  const args = { ...raw, path: pathText(raw.path) };
  const { command, path } = args;
  if (!path.startsWith('/'))
    return refuse(
      `The path ${path} is not an absolute path, it should start with \`/\`. Maybe you meant ${pathText(`/testbed/${path}`)}?`,
    );
  if (command === 'create') return create(args, context);
  const found = await look(path, context);
  if (found.kind === 'none') return refuse(`The path ${path} does not exist. Please provide a valid path.`);
  if (found.kind === 'other')
    return refuse(
      `The path ${path} is not a file that this tool can show or edit: it is too large, or no regular file. Use bash.`,
    );
  if (found.kind === 'directory')
    return command === 'view'
      ? viewDirectory(args, found.below)
      : refuse(`The path ${path} is a directory and only the \`view\` command can be used on directories`);
  switch (command) {
    case 'view':
      return viewFile(args, found.file, context);
    case 'str_replace':
      return replaceOnce(args, found.file, context);
    case 'insert':
      return insertLines(args, found.file, context);
    case 'undo_edit':
      return undoEdit(args, found.file, context);
    default:
      return command satisfies never;
  }
}

async function create({ path, file_text }: EditorArguments, context: ToolContext): Promise<ToolResult> {
  if (file_text === undefined) return refuse('Parameter `file_text` is required for command: create');
  const made = await createFile(path, file_text, context);
  if (made === 'exists')
    return refuse(`File already exists at: ${path}. Cannot overwrite files using command \`create\`.`);
  if (made === 'no parent')
    return refuse(`The parent directory ${parentOf(path)} does not exist. Please create it first.`);
  if (made !== 'created') return refuse(writeFailed(path, made));
  return toolText(`File created successfully at: ${path}`);
}

function viewDirectory({ path, view_range }: EditorArguments, below: string): ToolResult {
  if (view_range) return refuse('The `view_range` parameter is not allowed when `path` points to a directory.');
  return toolText(`Here's the files and directories up to 2 levels deep in ${path}, excluding hidden items:\n${below}`);
}

const refuse = (text: string): ToolResult => toolText(text, 1);
