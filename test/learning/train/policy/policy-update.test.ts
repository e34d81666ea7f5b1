// Which rollouts are trained on, what they weigh, and in how many steps.
import { expect, test } from 'vitest';
import type { TrainStep } from '../../../../src/learning/train/data/steps.ts';
import type { TrainExample } from '../../../../src/learning/train/parallel/replica.ts';
import { policyUpdate } from '../../../../src/learning/train/policy/policy-update.ts';
import { openTrainingRun } from '../../../../src/learning/train/run.ts';
import { trainingBench } from '../support.ts';

interface Rollout {
  advantage: number;
  stopped?: boolean;
}

/** An update on groups of such rollouts: the examples of each of its steps, what it logs, and how far the weights went. */
async function updateOn(groups: Rollout[][], overrides: Record<string, unknown> = {}) {
  const settings = { method: 'srl', updates: 1, batch: groups.length, validationSize: 1, lr: 1e-3, maxGradNorm: 0 };
  const { options, context } = await trainingBench({ ...settings, ...overrides });
  await using run = await openTrainingRun(options, context, (steps) => steps.train);
  const steps: TrainExample[][] = [];
  const watched: typeof run = {
    ...run,
    engine: {
      ...run.engine,
      gradients: (examples, loss) => {
        steps.push([...examples]);
        return run.engine.gradients(examples, loss);
      },
    },
  };
  const item = run.sampler.take(1)[0] as TrainStep;
  const sampled = groups.map((group, g) => ({
    item,
    rewards: group.map(() => 0),
    advantages: group.map(({ advantage }) => advantage),
    rollouts: group.map(({ stopped = true }, i) => [
      { prompt: [5, 6, 7 + g], answer: { tokens: [8 + i, 9, 10], logProbs: [-5, -5, -5], stopped } },
    ]),
  }));
  const metrics = await policyUpdate(watched, { groups: sampled, drawn: sampled, metrics: {} }, 12);
  return { steps, metrics, progress: run.progress };
}

const [good, bad] = [{ advantage: 1 }, { advantage: -1 }];

test('rollouts without a gradient are not run: masked ones, and those of advantage 0 where there is no KL', async () => {
  const group = [good, bad, { advantage: 0 }, { advantage: 0.5, stopped: false }];
  const counts = async (overrides: Record<string, unknown>) =>
    (await updateOn([group], overrides)).steps.map((step) => step.map(({ completions }) => completions.length));
  expect(await counts({})).toEqual([[3]]);
  expect(await counts({ maskTruncated: true })).toEqual([[2]]);
  expect(await counts({ maskTruncated: true, klCoef: 0.1 })).toEqual([[3]]);
});

test('they count in the weights of the others all the same', async () => {
  const { steps } = await updateOn([[good, bad, { advantage: 0 }, { advantage: 0 }]]);
  expect(steps[0]![0]!.weights).toEqual([1 / 12, 1 / 12]);
});

test('where all of them are masked no step is made', async () => {
  const stopped = { stopped: false };
  const { steps, metrics, progress } = await updateOn(
    [
      [
        { ...good, ...stopped },
        { ...bad, ...stopped },
      ],
    ],
    {
      maskTruncated: true,
    },
  );
  expect(steps).toEqual([]);
  expect(metrics).toMatchObject({ loss: 0, grad_norm: 0, num_tokens: 0 });
  expect(progress.uninformative).toBe(1);
});

test('a batch that is a quarter full moves the weights by a quarter of the gradient', async () => {
  const norm = async (batch: number) => (await updateOn([[good, bad]], { batch })).metrics.grad_norm!;
  expect(await norm(4)).toBeCloseTo((await norm(1)) / 4, 6);
});

test('mini-batches make a step each on their part of the batch; in the later ones the policy has moved', async () => {
  const groups = [
    [good, bad],
    [good, bad],
    [good, bad],
    [good, bad],
    [good, bad],
  ];
  const { steps, metrics } = await updateOn(groups, { miniBatches: 2, lr: 1e-2 });
  expect(steps.map((step) => step.length)).toEqual([3, 2]);
  // The last one is two thirds full.
  const weight = (step: number) => steps[step]![0]!.weights[0]!;
  expect(weight(0)).toBeCloseTo(1 / 18, 12);
  expect(weight(1)).toBeCloseTo(((2 / 3) * 1) / 12, 12);
  expect(metrics['clip_ratio/region_mean']).toBeGreaterThanOrEqual(0);
  expect(metrics.num_tokens).toBe(10 * 6);
});
