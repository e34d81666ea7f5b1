// The options of a training run, declared once: defaults, meanings, and what the command line and run.json accept.
import { z } from 'zod';
import { onOff, real, share, whole } from '../../../core/options/fields.ts';
import { backendNames } from '../../student/backend/backend.ts';
import { policyFields } from './policy.ts';
import { startFields } from './start.ts';

const fields = z.strictObject({
  method: z
    .enum(['sft', 'srl', 'rlvr'])
    .describe(
      'sft: imitate thought and action; srl: reward the action; rlvr: reward attempts that resolve (both GRPO with dynamic sampling)',
    ),
  steps: z
    .array(z.string())
    .default([])
    .describe(
      'files of step instances (JSONL); their held-out rows are for validation, all that rlvr uses unless it rewards similarity',
    ),
  tasks: z
    .array(z.string())
    .default([])
    .describe('rlvr: suites, task folders or files; their training side is attempted'),
  ...startFields,
  updates: whole({ min: 1 }).default(100).describe('updates of the weights'),
  epochs: real({ above: 0 }).optional().describe('passes over the training steps, instead of --updates'),
  batch: whole({ min: 1 }).default(32).describe('prompts an update'),
  lr: real({ above: 0 }).default(1e-3).describe('peak learning rate'),
  schedule: z
    .enum(['constant', 'linear', 'cosine'])
    .default('constant')
    .describe('what the learning rate does after the warm-up'),
  warmup: share().default(0).describe('fraction of the updates in which the learning rate rises'),
  floor: share().default(0.1).describe('last learning rate of a decaying schedule, as a fraction of the peak'),
  weightDecay: real().default(0).describe('of matrices, decoupled'),
  beta2: real({ below: 1 }).default(0.95).describe('AdamW: decay of the second moment'),
  maxGradNorm: real().default(1).describe('global gradient norm is clipped to this; 0 = never'),
  ...policyFields,
  maxNewTokens: whole({ min: 1 }).default(96).describe('longest answer, in tokens'),
  validateEvery: whole().default(0).describe('validate on held-out steps every so many updates; 0 = only at the end'),
  validationSize: whole().default(128).describe('held-out steps to validate on; 0 = all'),
  patience: whole().default(0).describe('stop after so many validations without a better one; 0 = never'),
  saveEvery: whole().default(50).describe('write a checkpoint every so many updates; 0 = only at the end'),
  seed: whole().default(0).describe('of every shuffle and sample'),
  workers: whole()
    .optional()
    .describe(
      'worker threads, each with a copy of the student; 0 = none (default: 2; 0 on tensorflow, which uses all cores itself, and webgpu)',
    ),
  backend: z
    .enum(['auto', ...backendNames])
    .default('auto')
    .describe('tfjs backend: auto takes the first that can be had (webgpu: on a GPU, not on software that plays one)'),
  gradientCheckpointing: onOff.describe(
    'keep of every layer only its input, and make its activations again for the derivative: less memory, a second forward pass',
  ),
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
