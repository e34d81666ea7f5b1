// bash: a command in a fresh shell at /testbed, or in the session of the attempt where it has one.
import { z } from 'zod';
import { defineTool, type ToolContext } from './tool.ts';

export const bash = bashTool(
  'Runs a command in a fresh shell at /testbed. cd and variables do not carry over. There is no network.',
);

/** The same, told to a model whose attempt has a session. */
export const sessionBash = bashTool(
  'Runs a command in the shell of this attempt, which starts at /testbed and keeps directory and variables. There is no network.',
);

function bashTool(description: string) {
  return defineTool({
    name: 'bash',
    description,
    parameters: z.strictObject({ command: z.string().describe('the command to run') }),
    async run({ command }, context) {
      const { sandbox, session, timeoutMs, maxOutputBytes, signal } = context;
      const result = await (session ?? sandbox).exec(command, { timeoutMs, maxOutputBytes, ...(signal && { signal }) });
      return result.timedOut ? { ...result, output: tellTimeout(command, result.output, context) } : result;
    },
  });
}

/** SWE-agent's text; SWE-agent shows it alone, we show it after whatever the command had printed. */
function tellTimeout(command: string, output: string, { timeoutMs, dialect }: ToolContext): string {
  const rest = `was cancelled because it took more than ${timeoutMs / 1000} seconds. Please try a different command that completes more quickly.`;
  if (dialect === 'swe-agent') return `The command '${command}' ${rest}`;
  return output === '' ? `The command ${rest}` : `${output.trimEnd()}\nThe command ${rest}`;
}
