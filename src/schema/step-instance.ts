// A step instance: what the student sees and must do next. The unit of training data (SRL, arXiv 2510.25992, section 3).
import { z } from 'zod';
import { messageSchema } from './message.ts';

export const stepKinds = ['view', 'search', 'edit', 'create', 'run_tests', 'run', 'git', 'submit', 'other'] as const;
export const stepKindSchema = z.enum(stepKinds);
export type StepKind = z.infer<typeof stepKindSchema>;

export const stepInstanceSchema = z.object({
  id: z.string().describe('deterministic: `<trajectory_id>#<step>`'),
  instance_id: z.string(),
  trajectory_id: z.string(),
  step: z.number().int().nonnegative().describe('k, from 0'),
  steps: z.number().int().positive().describe('N of the trajectory'),
  prompt: z
    .array(messageSchema)
    .describe('system, issue, then the last action–observation pairs (`--window`, 2 in the paper)'),
  action: z.string().describe("the expert's action in canonical text: what the reward compares"),
  thought: z.string().default(''),
  tool: z.string(),
  kind: stepKindSchema,
  split: z.enum(['train', 'heldout']),
});
export type StepInstance = z.infer<typeof stepInstanceSchema>;
