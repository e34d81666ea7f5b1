// A step instance: what the student sees and must do next. The unit of training data (SRL, arXiv 2510.25992, section 3).
import { z } from 'zod';
import { messageSchema } from './message.ts';

export const stepKinds = ['view', 'search', 'edit', 'create', 'run_tests', 'run', 'git', 'submit', 'other'] as const;
export const stepKindSchema = z.enum(stepKinds);
export type StepKind = z.infer<typeof stepKindSchema>;

export const splits = ['train', 'heldout'] as const;
export type Split = (typeof splits)[number];

export const stepInstanceSchema = z.object({
  id: z
    .string()
    .describe('deterministic: `<trajectory_id>#<step>`, and `.<index>` after it when it is a command of the step'),
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
  split: z.enum(splits),
  parsed: z.boolean().optional().describe('of a bash action: whether the grammar finds no error in it'),
  command: z
    .object({
      index: z.number().int().nonnegative().describe('from 0'),
      count: z.number().int().positive().describe('commands of the step'),
      bytes: z
        .tuple([z.number().int(), z.number().int()])
        .describe('where it stands in the UTF-8 script: [start, end)'),
      cwd: z.string().optional().describe('where it runs when those before it succeed, if the trajectory tells'),
    })
    .optional()
    .describe('of a bash action taken apart (`--granularity command`)'),
});
export type StepInstance = z.infer<typeof stepInstanceSchema>;
