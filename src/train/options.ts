// The options of a training run, declared once: defaults, meanings, and what the command line and run.json accept.
import { z } from 'zod';
import { prompts } from '../agent/prompts.ts';
import { DEFAULT_WINDOW } from '../step/context.ts';
import { backendNames } from '../student/backend.ts';
import { type SizeName, sizes } from '../student/init.ts';
import { loraTargets } from '../student/lora.ts';
import { rewardScales } from './advantages.ts';
import { aggregations } from './grpo-loss.ts';
import { klEstimators } from './kl.ts';

const count = z.coerce.number().int().nonnegative();
const positive = z.coerce.number().int().positive();
const real = z.coerce.number().nonnegative();

const fields = z.strictObject({
  method: z
    .enum(['sft', 'srl', 'rlvr'])
    .describe(
      'sft: imitate thought and action; srl: reward the action; rlvr: reward attempts that resolve (both GRPO with dynamic sampling)',
    ),
  steps: z
    .array(z.string())
    .default([])
    .describe('files of step instances (JSONL); their held-out rows are for validation, all that rlvr uses'),
  tasks: z
    .array(z.string())
    .default([])
    .describe('rlvr: suites, task folders or files; their training side is attempted'),
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
  loraR: positive.optional().describe('train a LoRA adapter of this rank instead of all weights'),
  loraAlpha: z.coerce.number().positive().optional().describe('LoRA: its product is scaled by alpha/r (default: 2r)'),
  loraTargets: z
    .array(z.enum(loraTargets))
    .nonempty()
    .default([...loraTargets])
    .describe('LoRA: linear layers that get one'),
  loraAdapter: z.string().optional().describe('go on from the LoRA adapter in this PEFT folder'),
  updates: positive.default(100).describe('updates of the weights'),
  epochs: z.coerce.number().positive().optional().describe('passes over the training steps, instead of --updates'),
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
    .describe('srl, rlvr: rollouts a group (G)'),
  temperature: z.coerce.number().positive().default(1).describe('srl, rlvr: sampling temperature'),
  topP: real.max(1).default(1).describe('srl, rlvr: sample from the likeliest tokens that make up this share'),
  topK: count.default(0).describe('srl, rlvr: sample from so many likeliest tokens; 0 = all'),
  stepLimit: positive.default(8).describe('rlvr: steps of one attempt'),
  window: count.default(DEFAULT_WINDOW).describe('rlvr: action–observation pairs the student is shown'),
  prompt: z
    .enum(Object.keys(prompts) as [string, ...string[]])
    .default('brief')
    .describe('rlvr: what the student is told'),
  attemptJobs: positive.default(16).describe('rlvr: attempts at once'),
  maxNewTokens: positive.default(96).describe('longest answer, in tokens'),
  stdThreshold: real
    .default(1e-4)
    .describe('srl, rlvr: a group is used when the population std of its rewards is above this'),
  maxRounds: positive.default(6).describe('srl, rlvr: rounds of sampling an update may take to fill its batch'),
  clipLow: real.default(0.2).describe('srl, rlvr: ratio is clipped below 1 - this'),
  clipHigh: real.default(0.2).describe('srl, rlvr: ratio is clipped above 1 + this'),
  aggregation: z.enum(aggregations).default('grpo').describe('srl, rlvr: how token losses become one'),
  scaleRewards: z.enum(rewardScales).default('group').describe('srl, rlvr: whose std advantages are divided by'),
  advantageDdof: z.coerce
    .number()
    .pipe(z.literal([0, 1]))
    .default(1)
    .describe('srl, rlvr: degrees of freedom taken off in that std (verl and TRL: 1)'),
  advantageEps: real.default(1e-6).describe('srl, rlvr: added to that std (verl 1e-6, TRL 1e-4)'),
  klCoef: real.default(0).describe('srl, rlvr: weight of the KL to the student the run starts from; 0 = off'),
  klEstimator: z.enum(klEstimators).default('k3').describe('srl, rlvr: how that KL is estimated'),
  maskTruncated: z
    .stringbool()
    .or(z.boolean())
    .default(false)
    .describe('srl, rlvr: answers that never ended teach nothing'),
  validateEvery: count.default(0).describe('validate on held-out steps every so many updates; 0 = only at the end'),
  validationSize: count.default(128).describe('held-out steps to validate on; 0 = all'),
  patience: count.default(0).describe('stop after so many validations without a better one; 0 = never'),
  saveEvery: count.default(50).describe('write a checkpoint every so many updates; 0 = only at the end'),
  seed: count.default(0).describe('of every shuffle and sample'),
  workers: count
    .optional()
    .describe(
      'worker threads, each with a copy of the student; 0 = none (default: 2; 0 on tensorflow, which uses all cores itself, and webgpu)',
    ),
  backend: z
    .enum(['auto', ...backendNames])
    .default('auto')
    .describe('tfjs backend: auto takes the first that can be had (webgpu: on a GPU, not on software that plays one)'),
  engine: z
    .enum(['tfjs', 'trl'])
    .optional()
    .describe('who trains: tfjs in this process, or Hugging Face TRL on PyTorch (default: tfjs)'),
  accelerateConfig: z
    .string()
    .optional()
    .describe(
      'with --engine trl: configuration file of `accelerate`, for GPUs and many of them (default: one CPU process)',
    ),
});
export const trainOptionsSchema = fields
  .refine(({ method, steps }) => method === 'rlvr' || steps.length > 0, {
    path: ['steps'],
    message: 'sft and srl learn from step instances: name a file of them',
  })
  .refine(({ loraAlpha, loraR }) => loraAlpha === undefined || loraR !== undefined, {
    path: ['loraAlpha'],
    message: 'a new adapter needs --lora-r as well, and one to go on from has its own',
  })
  .refine(({ loraAdapter, loraR }) => loraAdapter === undefined || loraR === undefined, {
    path: ['loraAdapter'],
    message: 'it has its own rank: leave out --lora-r',
  });
export type TrainOptions = z.infer<typeof trainOptionsSchema>;
