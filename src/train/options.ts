// The options of a training run, declared once: defaults, meanings, and what the command line and run.json accept.
import { z } from 'zod';
import { backendNames } from '../student/backend.ts';
import { type SizeName, sizes } from '../student/init.ts';

const count = z.coerce.number().int().nonnegative();
const positive = z.coerce.number().int().positive();
const real = z.coerce.number().nonnegative();

export const trainOptionsSchema = z.strictObject({
  method: z
    .enum(['sft', 'srl'])
    .describe('sft: imitate thought and action; srl: reward the action, GRPO with dynamic sampling'),
  steps: z.array(z.string()).min(1).describe('files of step instances (JSONL); their held-out rows are for validation'),
  student: z.string().optional().describe('Hugging Face folder of the student to start from'),
  init: z
    .enum(Object.keys(sizes) as [SizeName, ...SizeName[]])
    .optional()
    .describe('start from a new student of this size instead'),
  tokenizerFrom: z
    .string()
    .optional()
    .describe('with --init: step instances to learn the tokenizer from (default: --steps)'),
  vocabulary: positive.min(256).default(1024).describe('with --init: size of the vocabulary before added tokens'),
  context: positive.default(512).describe('with --init: longest context'),
  updates: positive.default(100).describe('updates of the weights'),
  batch: positive.default(32).describe('prompts an update'),
  lr: z.coerce.number().positive().default(1e-3).describe('peak learning rate'),
  schedule: z
    .enum(['constant', 'linear', 'cosine'])
    .default('constant')
    .describe('what the learning rate does after the warm-up'),
  warmup: real.max(1).default(0).describe('fraction of the updates in which the learning rate rises'),
  floor: real.max(1).default(0.1).describe('last learning rate of a decaying schedule, as a fraction of the peak'),
  weightDecay: real.default(0).describe('of matrices, decoupled'),
  beta2: real.max(1).default(0.95).describe('AdamW: decay of the second moment'),
  maxGradNorm: real.default(1).describe('global gradient norm is clipped to this; 0 = never'),
  rollouts: z.coerce
    .number()
    .int()
    .min(2, 'a group needs at least 2 rollouts to compare')
    .default(8)
    .describe('srl: rollouts a prompt (G)'),
  temperature: z.coerce.number().positive().default(1).describe('srl: sampling temperature'),
  maxNewTokens: positive.default(96).describe('longest answer, in tokens'),
  stdThreshold: real
    .default(1e-4)
    .describe('srl: a group is used when the population std of its rewards is above this'),
  maxRounds: positive.default(6).describe('srl: rounds of sampling an update may take to fill its batch'),
  clipLow: real.default(0.2).describe('srl: ratio is clipped below 1 - this'),
  clipHigh: real.default(0.2).describe('srl: ratio is clipped above 1 + this'),
  aggregation: z
    .enum(['sequence-mean', 'token-mean'])
    .default('sequence-mean')
    .describe('srl: how token losses become one'),
  scaleRewards: z
    .enum(['group', 'none'])
    .default('group')
    .describe("srl: divide advantages by the group's std, or not"),
  validateEvery: count.default(0).describe('validate on held-out steps every so many updates; 0 = only at the end'),
  validationSize: count.default(128).describe('held-out steps to validate on; 0 = all'),
  saveEvery: count.default(50).describe('write a checkpoint every so many updates; 0 = only at the end'),
  seed: count.default(0).describe('of every shuffle and sample'),
  workers: count.default(2).describe('worker threads, each with a copy of the student; 0 = none, all in one thread'),
  backend: z
    .enum(['auto', ...backendNames])
    .default('auto')
    .describe('tfjs backend'),
});
export type TrainOptions = z.infer<typeof trainOptionsSchema>;
