// submit: the attempt is over; what changed in /testbed is the solution.
import { z } from 'zod';
import { defineTool, type ToolContext, type ToolResult, toolText } from './tool.ts';

export const submit = defineTool({
  name: 'submit',
  description: 'Ends the attempt. What you changed in /testbed is your solution.',
  parameters: z.strictObject({}),
  run: async (_, context) =>
    context.dialect === 'stepwright' ? { ...toolText(''), submitted: true } : submitAsSweAgent(context),
});

/** What SWE-agent answers to a first `submit`, before it takes one. */
const REVIEW = `Thank you for your work on this issue. Please carefully follow the steps below to help review your changes.

1. If you made any changes to your code after running the reproduction script, please run the reproduction script again.
  If the reproduction script is failing, please revisit your changes and make sure they are correct.
  If you have already removed your reproduction script, please ignore this step.
2. Remove your reproduction script (if you haven't done so already).
3. If you have modified any TEST files, please revert them to the state they had before you started fixing the issue.
  You can do this with \`git checkout -- /path/to/test/file.py\`. Use below <diff> to find the files you need to revert.
4. Run the submit command again to confirm.

Here is a list of all of your changes:

<diff>
{{diff}}
</diff>
`;

/** It leaves everything staged. */
async function submitAsSweAgent({ sandbox, memory, signal }: ToolContext): Promise<ToolResult> {
  const staged = await sandbox.exec('git add -A && git diff --cached', signal ? { signal } : {});
  if (memory.reviews === 0) return { ...staged, submitted: true };
  memory.reviews -= 1;
  return { ...staged, output: REVIEW.replace('{{diff}}', () => staged.output) };
}
