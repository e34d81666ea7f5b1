// What str_replace_editor is called with.
import { z } from 'zod';
import { fromText } from '../tool.ts';

export const parameters = z.strictObject({
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
