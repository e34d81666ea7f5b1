// SWE-agent's `edit`: lines are replaced by others, unless that brings in errors.
import { z } from 'zod';
import { splitLines } from '../python-text.ts';
import { defineTool, fromText, type ToolContext, type ToolResult, toolText } from '../tool.ts';
import { lint, newErrors } from './lint.ts';
import { goTo, openFile, printWindow } from './window.ts';

export const edit = defineTool({
  name: 'edit',
  description: 'Replaces lines of the open file.',
  parameters: z.strictObject({
    start_line: fromText(z.int()),
    end_line: fromText(z.int()).describe('inclusive'),
    replacement_text: z.string(),
  }),
  run: replaceLines,
});

async function replaceLines(
  { start_line, end_line, replacement_text }: { start_line: number; end_line: number; replacement_text: string },
  context: ToolContext,
): Promise<ToolResult> {
  const file = await openFile(undefined, context);
  if ('refused' in file) return toolText('No file opened. Use the `open` command first.', 1);
  const [first, last] = [start_line - 1, end_line - 1];
  const replacement = replacement_text.replace(/\n$/, '');
  const lines = file.text.split('\n');
  lines.splice(first, Math.max(0, last + 1 - first), ...(replacement === '' ? [] : replacement.split('\n')));
  const edited = { ...file, text: lines.join('\n') };
  await context.sandbox.writeFile(file.path, edited.text);
  const errors = await lint(file.path, context);
  if (errors.length > 0) {
    await context.sandbox.writeFile(file.path, file.text);
    const span = { first, last, lines: splitLines(replacement).length };
    const brought = newErrors(await lint(file.path, context), errors, span);
    if (brought.length > 0) {
      const problems = brought.map(({ problem }) => `- ${problem}`).join('\n');
      return toolText(refusal(problems, printWindow(edited, context), printWindow(file, context)), 1);
    }
    await context.sandbox.writeFile(file.path, edited.text);
  }
  goTo(first, edited, context);
  return toolText(`${DONE}\n${printWindow(edited, context)}\n`);
}

const DONE = `File updated. Please review the changes and make sure they are correct
(correct indentation, no duplicate lines, etc). Edit the file again if necessary.`;

const refusal = (
  errors: string,
  applied: string,
  original: string,
): string => `Your proposed edit has introduced new syntax error(s). Please read this error message carefully and then retry editing the file.

ERRORS:
${errors}

This is how your edit would have looked if applied
------------------------------------------------
${applied}
------------------------------------------------

This is the original code before your edit
------------------------------------------------
${original}
------------------------------------------------

Your changes have NOT been applied. Please fix your edit command and try again.
DO NOT re-run the same failed edit command. Running it again will lead to the same error.
`;
