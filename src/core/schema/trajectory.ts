// A trajectory: one attempt at one instance, one JSONL line, self-contained.
import { z } from 'zod';
import { clipJson } from './escape-controls.ts';
import { knownUsageSchema, messageSchema, toolCallSchema, toolSchema, usageSchema } from './message.ts';
import { safeIdSchema } from './safe-id.ts';
import { splits } from './step-instance.ts';

export const TRAJECTORY_VERSION = 1;

export const endings = [
  'submitted',
  'step_limit',
  'token_limit',
  'cost_limit',
  'time_limit',
  'patch_too_large',
  'format_error',
  'sandbox_error',
  'model_error',
  'cancelled',
] as const;
export const endingSchema = z.enum(endings);
export type Ending = z.infer<typeof endingSchema>;

/** A native call whose arguments are no JSON object. */
const unreadableCallSchema = z.object({
  id: z.string().optional(),
  name: z.string(),
  arguments: z.string().describe('as the model wrote them'),
});
export type UnreadableCall = z.infer<typeof unreadableCallSchema>;

/** What one action did. Optional fields are absent where the source does not carry them: an absent exit code is unknown, not 0. */
export const stepSchema = z.object({
  message: z
    .number()
    .int()
    .nonnegative()
    .optional()
    .describe('index in `messages` of the reply it stands in; steps of one reply share it'),
  thought: z.string().describe('what the model said before the action, without <think> tags'),
  reasoning: z.string().optional().describe('hidden reasoning, where the source keeps it apart from the reply'),
  action: z
    .string()
    .describe('text of the action as it stands in its source, to the byte; the whole reply when malformed'),
  tool_call: toolCallSchema.optional().describe('the parsed action; absent when malformed'),
  unreadable_call: unreadableCallSchema.optional().describe('of a malformed step that made a native call'),
  observation: z.string().optional().describe('as the model was shown it; absent when nothing answered'),
  raw_output: z.string().optional().describe('output before clipping, when it differs'),
  exit_code: z.number().int().nullable().optional().describe('null: no command ran to its end'),
  duration_ms: z.number().nonnegative().optional(),
  cwd: z.string().optional(),
  timed_out: z.boolean().optional(),
  truncated: z.boolean().optional(),
  malformed: z.boolean().default(false),
  usage: knownUsageSchema.optional(),
  cost_usd: z.number().nonnegative().optional(),
  time: z.string().optional().describe('ISO 8601, when the action started'),
});
export type Step = z.infer<typeof stepSchema>;

/** Where the row of an imported trajectory stands. */
export const placeSchema = z.object({
  file: z.string().describe('as it was named to the import'),
  line: z.number().int().positive().describe('from 1'),
  byte_offset: z.number().int().nonnegative().describe("of the row's first byte, in the decompressed file"),
  index: z.number().int().nonnegative().optional().describe('in the list, where the row is a list of trajectories'),
});
export type Place = z.infer<typeof placeSchema>;

export const trajectorySchema = z.object({
  schema_version: z.literal(TRAJECTORY_VERSION, {
    error: ({ input }) => `is ${clipJson(input)}, this Stepwright reads ${TRAJECTORY_VERSION}`,
  }),
  trajectory_id: safeIdSchema,
  instance_id: safeIdSchema.optional().describe('absent where the source does not name the problem'),
  attempt: z.number().int().nonnegative().optional(),
  model: z.object({ name: z.string(), settings: z.record(z.string(), z.unknown()).optional() }).optional(),
  agent: z.object({ name: z.string(), version: z.string().optional(), prompt_hash: z.string().optional() }).optional(),
  environment: z
    .object({
      image: z.string().optional(),
      digest: z.string().optional(),
      limits: z.record(z.string(), z.unknown()).optional(),
    })
    .optional(),
  tools: z.array(toolSchema).optional(),
  messages: z.array(messageSchema).describe('system and user messages before the first step, then all that followed'),
  steps: z.array(stepSchema),
  ending: endingSchema.optional(),
  exit_status: z.string().optional().describe("the source's own word for the ending"),
  error: z.string().optional().describe('for sandbox_error and model_error: what happened'),
  patch: z.string().optional().describe('what the attempt changed, against base_commit'),
  resolved: z.boolean().optional().describe('verdict of the scorer, when it was asked'),
  totals: z.object({
    steps: z.number().int(),
    model_calls: z.number().int().optional(),
    duration_ms: z.number().optional(),
    usage: knownUsageSchema.optional(),
    cost_usd: z.number().optional(),
  }),
  provenance: z.object({
    git_commit: z.string().optional(),
    config_hash: z.string().optional(),
    seed: z.number().int().optional(),
    source_format: z.string().default('stepwright'),
    source: placeSchema.optional(),
    suite: z.string().optional().describe('where its instance comes from: a suite or a file, as given to `collect`'),
    split: z.enum(splits).optional().describe("its instance's side when it was collected"),
  }),
});
export type Trajectory = z.infer<typeof trajectorySchema>;

/** A step that our own agent made: nothing about it is unknown. */
export const attemptStepSchema = stepSchema.required({
  observation: true,
  exit_code: true,
  duration_ms: true,
  timed_out: true,
  truncated: true,
  cost_usd: true,
});
export type AttemptStep = z.infer<typeof attemptStepSchema>;

/** A trajectory that our own agent made. */
export const attemptSchema = trajectorySchema
  .required({
    instance_id: true,
    attempt: true,
    model: true,
    environment: true,
    tools: true,
    ending: true,
    patch: true,
  })
  .extend({
    steps: z.array(attemptStepSchema),
    totals: trajectorySchema.shape.totals.extend({ duration_ms: z.number(), usage: usageSchema, cost_usd: z.number() }),
  });
export type Attempt = z.infer<typeof attemptSchema>;

/** An attempt that RLVR made: a trajectory like any other, with what training made of it. */
export const trainedAttemptSchema = attemptSchema.extend({
  training: z.object({
    update: z.number().int().positive().describe('of the weights, that it was made for'),
    reward: z.number().nullable().describe('null when it could not be found out: the attempt is left out of its group'),
    advantage: z
      .number()
      .nullable()
      .describe('null when it was not trained on: its group teaches nothing, or was one too many'),
  }),
});
export type TrainedAttempt = z.infer<typeof trainedAttemptSchema>;
