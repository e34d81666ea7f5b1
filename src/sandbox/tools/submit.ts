// submit: the attempt is over; what changed in /testbed is the solution.
import { z } from 'zod';
import { defineTool, toolText } from './tool.ts';

export const submit = defineTool({
  name: 'submit',
  description: 'Ends the attempt. What you changed in /testbed is your solution.',
  parameters: z.strictObject({}),
  run: async () => ({ ...toolText(''), submitted: true }),
});
