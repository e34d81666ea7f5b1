// The options of a training run, declared once: defaults, meanings, and what the command line and run.json accept.
import { z } from 'zod';
import { DEFAULT_SEED, list, onOff, real, share, whole } from '../../../core/options/fields.ts';
import { option } from '../../../core/options/option.ts';
import { backendNames } from '../../student/backend/names.ts';
import { policyFields } from './policy.ts';
import { startFields } from './start.ts';

const fields = z.strictObject({
  method: option(
    z.enum(['sft', 'srl', 'rlvr']),
    'training method: sft imitates thought and action, srl rewards the action, rlvr rewards attempts that resolve; srl and rlvr are GRPO with dynamic sampling',
    { value: 'name' },
  ),
  steps: option(
    list(z.string()).default([]),
    'files of step instances (JSONL); held-out rows are for validation, which is all that rlvr uses them for unless it rewards similarity',
    { value: 'file' },
  ),
  tasks: option(
    list(z.string()).default([]),
    'rlvr: suites, task folders or files of instances; the training side of their split is attempted',
    { value: 'source' },
  ),
  ...startFields,
  updates: option(whole({ min: 1 }).default(100), 'updates of the weights'),
  epochs: option(real({ above: 0 }).optional(), 'passes over the training steps, instead of --updates'),
  batch: option(whole({ min: 1 }).default(32), 'prompts in one update'),
  lr: option(real({ above: 0 }).default(1e-3), 'peak learning rate', { value: 'rate' }),
  schedule: option(
    z.enum(['constant', 'linear', 'cosine']).default('constant'),
    'learning rate schedule after the warm-up',
    { value: 'name' },
  ),
  warmup: option(share().default(0), 'fraction of the updates in which the learning rate rises', { value: 'share' }),
  floor: option(share().default(0.1), 'last learning rate of a decaying schedule, as a fraction of the peak', {
    value: 'share',
  }),
  weightDecay: option(real().default(0), 'decoupled weight decay of matrices'),
  beta2: option(real({ below: 1 }).default(0.95), 'AdamW: decay of the second moment'),
  maxGradNorm: option(real().default(1), 'clip the global gradient norm to this; 0 = never'),
  ...policyFields,
  maxNewTokens: option(whole({ min: 1 }).optional(), 'maximum tokens of one completion', {
    shownDefault: "enough for 95 % of the experts' answers, at least 96",
  }),
  validateEvery: option(whole().default(0), 'validate on held-out steps after this many updates; 0 = only at the end'),
  validationSize: option(whole().default(128), 'held-out steps to validate on; 0 = all'),
  patience: option(whole().default(0), 'stop after this many validations without a better one; 0 = never'),
  saveEvery: option(whole().default(50), 'write a checkpoint after this many updates; 0 = only at the end'),
  seed: option(whole().default(DEFAULT_SEED), 'random seed of every shuffle and sample'),
  workers: option(whole().optional(), 'worker threads, each with a copy of the student; 0 = none', {
    shownDefault: '2; 0 on tensorflow, which uses all cores by itself, and on webgpu',
  }),
  backend: option(
    z.enum(['auto', ...backendNames]).default('auto'),
    'tensor backend; auto takes the first that works (webgpu: on a GPU, not on software that emulates one)',
    { value: 'name' },
  ),
  gradientCheckpointing: option(
    onOff,
    'keep only the input of every layer and compute its activations again for the gradient: less memory, a second forward pass',
  ),
  engine: option(z.enum(['tfjs', 'trl']).optional(), 'trainer: tfjs in this process, or Hugging Face TRL on PyTorch', {
    value: 'name',
    shownDefault: 'tfjs',
  }),
  accelerateConfig: option(
    z.string().optional(),
    'with --engine trl: configuration file of `accelerate`, for one or many GPUs',
    { value: 'file', shownDefault: 'one CPU process' },
  ),
});
export const trainOptionsSchema = fields
  .refine(({ method, steps }) => method === 'rlvr' || steps.length > 0, {
    path: ['steps'],
    message: 'sft and srl learn from step instances: name a file of them',
  })
  .refine(({ attemptReward, steps }) => attemptReward === 'resolved' || steps.length > 0, {
    path: ['steps'],
    message: '--attempt-reward similarity compares with the steps of an expert: name a file of them',
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

/** With what follows from the data and the machine where it was not asked for. */
export type SettledOptions = TrainOptions & { maxNewTokens: number; workers: number };
