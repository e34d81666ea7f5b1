// SWE-agent's `edit`: lines are replaced by others, unless that brings in errors.
import { z } from 'zod';
import { defineTool, fromText, type ToolContext, type ToolResult, toolText } from '../tool.ts';
import { dialects } from './dialects.ts';
import { lint } from './lint.ts';
import { moveTo, openFile, printWindow } from './window.ts';

export const edit = defineTool({
  name: 'edit',
  description: 'Replaces lines of the open file.',
  parameters: z.strictObject({
    start_line: fromText(z.int()),
    end_line: fromText(z.int()).describe('inclusive'),
    replacement_text: z.string().optional().describe('absent: the lines go'),
  }),
  run: replaceLines,
});

async function replaceLines(
  {
    start_line,
    end_line,
    replacement_text,
  }: { start_line: number; end_line: number; replacement_text?: string | undefined },
  context: ToolContext,
): Promise<ToolResult> {
  const dialect = dialects[context.dialect];
  const file = await openFile(undefined, context);
  if ('refused' in file) return toolText(dialect.edit.nothingOpen, 1);
  const [first, last] = [start_line - 1, end_line - 1];
  const edited = { ...file, text: dialect.replaceLines(file.text, first, last, replacement_text) };
  await context.sandbox.writeFile(file.path, edited.text);
  const errors = await lint(file.path, context);
  if (errors.length > 0) {
    await context.sandbox.writeFile(file.path, file.text);
    const lines = { first, last, lines: replacement_text === undefined ? 0 : dialect.countLines(replacement_text) };
    const brought = dialect.newErrors(await lint(file.path, context), errors, lines);
    if (brought.length > 0) {
      const problems = brought.map(({ problem }) => `- ${problem}`).join('\n');
      const { firstLine } = context.memory.window!;
      return toolText(dialect.edit.refused({ problems, applied: edited, original: file, firstLine, lines }), 1);
    }
    await context.sandbox.writeFile(file.path, edited.text);
  }
  moveTo(dialect.firstLine.edit(first), edited, context);
  return toolText(dialect.edit.done(printWindow(edited, context)));
}
