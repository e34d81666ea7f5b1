// bash: a command in a fresh shell at /testbed. The time limit's text is SWE-agent's, after whatever the command had printed.
import { z } from 'zod';
import { defineTool } from './tool.ts';

export const bash = defineTool({
  name: 'bash',
  description: 'Runs a command in a fresh shell at /testbed. cd and variables do not carry over. There is no network.',
  parameters: z.strictObject({ command: z.string().describe('the command to run') }),
  async run({ command }, { sandbox, timeoutMs, maxOutputBytes, signal }) {
    const result = await sandbox.exec(command, { timeoutMs, maxOutputBytes, ...(signal && { signal }) });
    if (!result.timedOut) return result;
    const note = `The command was cancelled because it took more than ${timeoutMs / 1000} seconds. Please try a different command that completes more quickly.`;
    return { ...result, output: result.output === '' ? note : `${result.output.trimEnd()}\n${note}` };
  },
});
