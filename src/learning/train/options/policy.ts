// How SRL and RLVR sample, reward and move the policy.
import { z } from 'zod';
import { prompts } from '../../../agents/loop/prompts.ts';
import { oneOf, onOff, real, share, whole } from '../../../core/options/fields.ts';
import { option } from '../../../core/options/option.ts';
import { DEFAULT_WINDOW } from '../../../data/step/context.ts';
import { rewardScales } from '../math/advantages.ts';
import { aggregations } from '../math/grpo-loss.ts';
import { klEstimators } from '../math/kl.ts';

export const policyFields = {
  rollouts: whole({ min: 2, error: 'a group needs at least 2 rollouts to compare' })
    .default(8)
    .describe('srl, rlvr: rollouts a group (G)'),
  temperature: real({ above: 0 }).default(1).describe('srl, rlvr: sampling temperature'),
  topP: share().default(1).describe('srl, rlvr: sample from the likeliest tokens that make up this share'),
  topK: whole().default(0).describe('srl, rlvr: sample from so many likeliest tokens; 0 = all'),
  stepLimit: whole({ min: 1 }).default(8).describe('rlvr: steps of one attempt'),
  window: whole().default(DEFAULT_WINDOW).describe('rlvr: action–observation pairs the student is shown'),
  prompt: z
    .enum(Object.keys(prompts) as [string, ...string[]])
    .default('brief')
    .describe('rlvr: what the student is told'),
  jobs: option(whole({ min: 1 }).default(16), 'rlvr: attempts at once', { short: 'j', formerly: ['attempt-jobs'] }),
  attemptReward: z
    .enum(['resolved', 'similarity'])
    .default('resolved')
    .describe("rlvr: reward an attempt that resolves, or by how near all its actions come to the expert's in --steps"),
  stdThreshold: real({ min: -1 })
    .default(1e-4)
    .describe('srl, rlvr: a group is used when the population std of its rewards is above this; -1 = every group'),
  maxRounds: whole({ min: 1 })
    .default(6)
    .describe('srl, rlvr: rounds of sampling an update may take to fill its batch'),
  clipLow: real().default(0.2).describe('srl, rlvr: ratio is clipped below 1 - this'),
  clipHigh: real().default(0.2).describe('srl, rlvr: ratio is clipped above 1 + this'),
  aggregation: z.enum(aggregations).default('grpo').describe('srl, rlvr: how token losses become one'),
  scaleRewards: z.enum(rewardScales).default('group').describe('srl, rlvr: whose std advantages are divided by'),
  advantageDdof: oneOf(0, 1)
    .default(1)
    .describe('srl, rlvr: degrees of freedom taken off in that std (verl and TRL: 1)'),
  advantageEps: real().default(1e-6).describe('srl, rlvr: added to that std (verl 1e-6, TRL 1e-4)'),
  klCoef: real().default(0).describe('srl, rlvr: weight of the KL to the student the run starts from; 0 = off'),
  klEstimator: z
    .enum(klEstimators, {
      error: ({ input }) =>
        input === 'k1'
          ? 'the gradient of k1 in a loss is zero in expectation; take k2'
          : `expected ${klEstimators.join(' or ')}`,
    })
    .default('k2')
    .describe(
      'srl, rlvr: estimator of that KL; k2 has its gradient, k3 (GRPO, TRL) that of the KL the other way round',
    ),
  maskTruncated: onOff.describe('srl, rlvr: answers that never ended teach nothing'),
};
