// A trajectory: one attempt at one instance, one JSONL line, self-contained.
import { z } from 'zod';
import { messageSchema, toolCallSchema, toolSchema, usageSchema } from './message.ts';

export const TRAJECTORY_VERSION = 1;

export const endings = [
  'submitted',
  'step_limit',
  'token_limit',
  'cost_limit',
  'time_limit',
  'format_error',
  'sandbox_error',
  'model_error',
  'cancelled',
] as const;
export const endingSchema = z.enum(endings);
export type Ending = z.infer<typeof endingSchema>;

export const stepSchema = z.object({
  thought: z.string().describe('what the model said before the action, without <think> tags'),
  action: z.string().describe('canonical text of the action; the raw reply when it was malformed'),
  tool_call: toolCallSchema.optional().describe('the parsed action; absent when malformed'),
  observation: z.string().describe('as the model was shown it'),
  raw_output: z.string().optional().describe('output before clipping, when it differs'),
  exit_code: z.number().int().nullable().default(null),
  duration_ms: z.number().nonnegative().default(0),
  cwd: z.string().default('/testbed'),
  timed_out: z.boolean().default(false),
  truncated: z.boolean().default(false),
  malformed: z.boolean().default(false),
  usage: usageSchema.optional(),
  cost_usd: z.number().nonnegative().default(0),
  time: z.string().optional().describe('ISO 8601, when the action started'),
});
export type Step = z.infer<typeof stepSchema>;

export const trajectorySchema = z.object({
  schema_version: z.literal(TRAJECTORY_VERSION),
  trajectory_id: z.string(),
  instance_id: z.string(),
  attempt: z.number().int().nonnegative().default(0),
  model: z.object({ name: z.string(), settings: z.record(z.string(), z.unknown()).default({}) }),
  agent: z.object({ name: z.string(), prompt_hash: z.string() }),
  environment: z.object({
    image: z.string(),
    digest: z.string().default(''),
    limits: z.record(z.string(), z.unknown()).default({}),
  }),
  tools: z.array(toolSchema).default([]),
  messages: z.array(messageSchema).describe('system and user messages before the first step, then all that followed'),
  steps: z.array(stepSchema),
  ending: endingSchema,
  error: z.string().optional().describe('for sandbox_error and model_error: what happened'),
  patch: z.string().describe('what the attempt changed, against base_commit'),
  resolved: z.boolean().optional().describe('verdict of the scorer, when it was asked'),
  totals: z.object({
    steps: z.number().int(),
    duration_ms: z.number(),
    usage: usageSchema,
    cost_usd: z.number(),
  }),
  provenance: z.object({
    git_commit: z.string().default(''),
    config_hash: z.string().default(''),
    seed: z.number().int().optional(),
    source_format: z.string().default('stepwright'),
  }),
});
export type Trajectory = z.infer<typeof trajectorySchema>;
