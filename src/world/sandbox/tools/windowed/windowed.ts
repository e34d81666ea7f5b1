// The tools of SWE-agent before its str_replace_editor: a window on one file. No agent of ours is offered them; recordings need them.
import { z } from 'zod';
import { quote } from '../../shell/command-text.ts';
import { type AgentTool, defineTool, fromText, type ToolContext, type ToolResult, toolText } from '../tool.ts';
import { dialects } from './dialects.ts';
import { edit } from './edit.ts';
import { lineCount, WINDOW_LINES } from './print.ts';
import { findFile, searchDir, searchFile } from './search.ts';
import { goTo, moveTo, openFile, printWindow, runInShell } from './window.ts';

const OVERLAP_LINES = 2;

const open = defineTool({
  name: 'open',
  description: 'Opens a file, at a line.',
  parameters: z.strictObject({ path: z.string().optional(), line_number: fromText(z.int()).optional() }),
  async run({ path, line_number }, context) {
    const file = await openFile(path, context);
    if ('refused' in file) return toolText(path === undefined ? 'Usage: open "<file>"' : file.refused, 1);
    if (path === undefined) return toolText(`${printWindow(file, context)}\n`);
    const count = lineCount(file);
    const asked = line_number ?? (dialects[context.dialect].opensAtTop ? 1 : context.memory.window!.firstLine);
    const line = line_number === undefined ? asked : Math.max(1, Math.min(asked, count));
    goTo(line - 1, file, context);
    return toolText(`${warningOf(asked, line, count)}${printWindow(file, context)}\n`);
  },
});

function warningOf(asked: number, line: number, count: number): string {
  if (asked === line) return '';
  const why = asked > line ? `greater than the number of lines in the file (${count})` : 'less than 1';
  return `Warning: <line_number> (${asked}) is ${why}\nWarning: Setting <line_number> to ${line}\n`;
}

const goto = defineTool({
  name: 'goto',
  description: 'Moves the window to a line.',
  parameters: z.strictObject({ line_number: fromText(z.int()) }),
  async run({ line_number }, context) {
    const file = await openFile(undefined, context);
    if ('refused' in file) return toolText(file.refused, 1);
    if (line_number > lineCount(file))
      return toolText(`Error: <line> must be less than or equal to ${lineCount(file)}`, 1);
    goTo(line_number - 1, file, context);
    return toolText(`${printWindow(file, context)}\n`);
  },
});

const scrollTool = (name: string, lines: number): AgentTool =>
  defineTool({
    name,
    description: `Moves the window by ${lines} lines.`,
    parameters: z.strictObject({}),
    async run(_, context) {
      const file = await openFile(undefined, context);
      if ('refused' in file) return toolText(file.refused, 1);
      moveTo(context.memory.window!.firstLine + lines, file, context);
      return toolText(`${printWindow(file, context)}\n`);
    },
  });

const create = defineTool({
  name: 'create',
  description: 'Makes a file of one empty line, and opens it.',
  parameters: z.strictObject({ filename: z.string() }),
  run: ({ filename }, context) => createFile(filename, context),
});

async function createFile(filename: string, context: ToolContext): Promise<ToolResult> {
  const word = quote(filename);
  const { output } = await runInShell(
    `if [ -e ${word} ]; then echo exists; else mkdir -p "$(dirname -- ${word})" && echo > ${word}; fi`,
    context,
  );
  const { exists } = dialects[context.dialect];
  const isThere = output.trim() === 'exists';
  const told = isThere ? exists.text(filename) : '';
  if (isThere && !exists.isOpened) return toolText(told, 1);
  const file = await openFile(filename, context);
  if ('refused' in file) return toolText(file.refused, 1);
  goTo(0, file, context);
  return toolText(`${told}${printWindow(file, context)}\n`);
}

export const windowedTools: readonly AgentTool[] = [
  ...[open, goto, create, edit],
  scrollTool('scroll_down', WINDOW_LINES - OVERLAP_LINES),
  scrollTool('scroll_up', OVERLAP_LINES - WINDOW_LINES),
  ...[findFile, searchFile, searchDir],
];
