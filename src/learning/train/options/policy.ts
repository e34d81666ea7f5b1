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
  rollouts: option(
    whole({ min: 2, error: 'a group needs at least 2 rollouts to compare' }).default(8),
    'srl, rlvr: rollouts in one group (G)',
  ),
  temperature: option(real({ above: 0 }).default(1), 'srl, rlvr: sampling temperature', { value: 't' }),
  topP: option(share().default(1), 'srl, rlvr: sample from the most likely tokens whose probabilities sum to this', {
    value: 'p',
  }),
  topK: option(whole().default(0), 'srl, rlvr: sample from this many most likely tokens; 0 = all', { value: 'k' }),
  stepLimit: option(whole({ min: 1 }).default(8), 'rlvr: maximum steps of one attempt'),
  window: option(whole().default(DEFAULT_WINDOW), 'rlvr: action–observation pairs that the student is shown'),
  prompt: option(
    z.enum(Object.keys(prompts) as [string, ...string[]]).default('brief'),
    'rlvr: instructions for the student',
    { value: 'name' },
  ),
  jobs: option(whole({ min: 1 }).default(16), 'rlvr: attempts at once', { short: 'j', formerly: ['attempt-jobs'] }),
  attemptReward: option(
    z.enum(['resolved', 'similarity']).default('resolved'),
    "rlvr: reward attempts that resolve their instance, or attempts by the similarity of all their actions to the expert's in --steps",
    { value: 'name' },
  ),
  stdThreshold: option(
    real({ min: -1 }).default(1e-4),
    'srl, rlvr: use a group when the population standard deviation of its rewards is above this; -1 = every group',
    { value: 'std' },
  ),
  maxRounds: option(
    whole({ min: 1 }).default(6),
    'srl, rlvr: maximum rounds of sampling to fill the batch of one update',
  ),
  miniBatches: option(
    whole({ min: 1 }).default(1),
    'srl, rlvr: optimizer steps on the rollouts of one batch, each on a part of it; with 1 nothing is ever clipped',
  ),
  clipLow: option(real().default(0.2), 'srl, rlvr: clip the probability ratio below 1 minus this', { value: 'e' }),
  clipHigh: option(real().default(0.2), 'srl, rlvr: clip the probability ratio above 1 plus this', { value: 'e' }),
  aggregation: option(z.enum(aggregations).default('grpo'), 'srl, rlvr: how the losses of tokens are averaged', {
    value: 'name',
  }),
  scaleRewards: option(
    z.enum(rewardScales).default('group'),
    'srl, rlvr: over what the standard deviation is taken that advantages are divided by',
    { value: 'name' },
  ),
  advantageDdof: option(
    oneOf(0, 1).default(1),
    'srl, rlvr: delta degrees of freedom of the standard deviation that advantages are divided by (veRL and TRL: 1)',
  ),
  advantageEps: option(
    real().default(1e-6),
    'srl, rlvr: added to the standard deviation that advantages are divided by (veRL 1e-6, TRL 1e-4)',
    { value: 'e' },
  ),
  klCoef: option(real().default(0), 'srl, rlvr: weight of the KL divergence from the student at the start; 0 = off'),
  klEstimator: option(
    z
      .enum(klEstimators, {
        error: ({ input }) =>
          input === 'k1'
            ? 'the gradient of k1 in a loss is zero in expectation; take k2'
            : `expected ${klEstimators.join(' or ')}`,
      })
      .default('k2'),
    'srl, rlvr: estimator of the KL divergence; k2 has its gradient, k3 (GRPO, TRL) that of the reverse KL',
    { value: 'name' },
  ),
  format: option(
    z.enum(['strict', 'lenient']).default('strict'),
    'srl: replies that get a reward; strict: one <think>…</think>, then one action; lenient: one action, whatever is around it',
    { value: 'mode' },
  ),
  maskTruncated: option(onOff, 'srl, rlvr: leave completions that were cut off out of the loss'),
};
