// One copy of the student at work: gradients of a share of a batch, and rollouts. Lives in a worker thread or in the main one; its
// weights follow a flat vector that it may share with other replicas.
import * as tf from '@tensorflow/tfjs-core';
import { createRandom } from '../../../core/run/random.ts';
import { openBackend } from '../../student/backend/backend.ts';
import type { BackendName } from '../../student/backend/names.ts';
import type { DecoderConfig } from '../../student/checkpoint/config.ts';
import { targetLogProbs } from '../../student/decoder/decoder.ts';
import { frozenWeights, type Lora, trainedLayout } from '../../student/decoder/lora.ts';
import { type Example, packExamples, rowsOf } from '../../student/decoder/packing.ts';
import { type Weights, weightsFromFlat, weightsOver } from '../../student/decoder/parameters.ts';
import { type Answer, generate } from '../../student/generate/generate.ts';
import type { SamplingOptions } from '../../student/generate/sampling.ts';
import { gradientsOf } from '../math/gradients-of.ts';
import { type Clipping, clippedTokenLoss } from '../math/grpo-loss.ts';
import { type KlEstimator, klPenalty } from '../math/kl.ts';

/** A prompt with the completions to learn from; one entry a completion in each list. */
export interface TrainExample extends Example {
  /** What a token of the completion weighs in the loss. */
  weights: number[];
  /** Absent for supervised learning. */
  advantages?: number[];
  oldLogProbs?: number[][];
  /** Of the reference policy, where there is a KL penalty. */
  refLogProbs?: number[][];
}

export interface LossOptions extends Clipping {
  /** The temperature that the rollouts were sampled at; 1 for supervised learning. */
  temperature: number;
  klCoef?: number;
  klEstimator?: KlEstimator;
}

export interface GradientStats {
  loss: number;
  tokens: number;
  /** Sum of −log π over completion tokens. */
  nll: number;
  clippedLow: number;
  clippedHigh: number;
  /** Sum of the KL estimates over completion tokens. */
  kl: number;
  /** Largest |log π − log π_old|: on fresh rollouts, how far sampler and trainer disagree. */
  maxDifference: number;
}

export const addStats = (a: GradientStats, b: GradientStats): GradientStats => ({
  loss: a.loss + b.loss,
  tokens: a.tokens + b.tokens,
  nll: a.nll + b.nll,
  clippedLow: a.clippedLow + b.clippedLow,
  clippedHigh: a.clippedHigh + b.clippedHigh,
  kl: a.kl + b.kl,
  maxDifference: Math.max(a.maxDifference, b.maxDifference),
});

export interface RolloutJob extends SamplingOptions {
  prompts: number[][];
  /** One random stream a prompt. */
  streams: string[];
  group: number;
  maxNewTokens: number;
  stopTokens: number[];
  tokens: number;
}

export interface Replica {
  /** Writes the summed gradient of the examples' loss into `into`. */
  gradients(examples: readonly TrainExample[], options: LossOptions, into: Float32Array): Promise<GradientStats>;
  rollouts(job: RolloutJob): Promise<Answer[][]>;
  /** Log-probabilities of every completion's tokens under the reference weights, example by example. */
  referenceLogProbs(examples: readonly Example[], temperature: number): Promise<number[][][]>;
  /** To be called when the flat vector has changed. */
  refresh(): void;
  dispose(): void;
}

/** With an adapter the flat vector is the adapter's, and these are the parameters that stay as they are. */
export interface Frozen {
  lora: Lora;
  parameters: Float32Array;
}

/** Rows a micro-batch: larger intermediate results fall out of the CPU's caches. */
export const MICRO_BATCH_ROWS = 2048;

export interface ReplicaOptions {
  backend: BackendName | 'auto';
  /** Weights of the reference policy, for a KL penalty. */
  reference?: Float32Array | undefined;
  /** What an adapter, whose weights are then the vector's, lies on. */
  frozen?: Frozen | undefined;
  /** Keep of every layer's forward pass only its input, and run it again for the derivative. */
  gradientCheckpointing?: boolean | undefined;
}

export async function createReplica(
  config: DecoderConfig,
  parameters: Float32Array,
  { backend, reference, frozen, gradientCheckpointing }: ReplicaOptions,
): Promise<Replica> {
  await openBackend(backend);
  const layout = trainedLayout(config, frozen?.lora);
  const base = frozen ? frozenWeights(config, frozen.lora, frozen.parameters) : {};
  let weights = weightsFromFlat(layout, parameters);
  let referenceWeights: Weights | undefined;
  return {
    gradients: async (examples, options, into) => {
      into.fill(0);
      const stats: GradientStats = {
        loss: 0,
        tokens: 0,
        nll: 0,
        clippedLow: 0,
        clippedHigh: 0,
        kl: 0,
        maxDifference: 0,
      };
      for (const batch of microBatches(examples)) {
        const settings = { ...options, gradientCheckpointing };
        const grads = await batchGradients(weights, base, config, batch, settings, stats);
        for (const { offset, size, name } of layout.parameters) {
          const values = await grads[name]!.data();
          for (let i = 0; i < size; i++) into[offset + i]! += values[i]!;
        }
        tf.dispose(grads);
      }
      return stats;
    },
    rollouts: ({ prompts, streams, ...job }) =>
      generate({ ...base, ...weights }, config, prompts, {
        ...job,
        random: (prompt, answer) => createRandom(`${streams[prompt]}/${answer}`),
      }),
    referenceLogProbs: async (examples, temperature) => {
      if (reference === undefined) throw new Error('the replica was opened without reference weights');
      referenceWeights ??= weightsOver(layout, reference);
      const whole = { ...base, ...referenceWeights };
      const found = new Map<Example, number[][]>();
      for (const batch of microBatches(examples)) {
        const pack = packExamples(batch);
        const logProbs = tf.tidy(() => targetLogProbs(whole, config, pack, { temperature, gradientCheckpointing }));
        const rest = Array.from(await logProbs.data());
        logProbs.dispose();
        for (const example of batch)
          found.set(
            example,
            example.completions.map(({ length }) => rest.splice(0, length)),
          );
      }
      return examples.map((example) => found.get(example)!);
    },
    refresh: () => {
      tf.dispose(weights);
      weights = weightsFromFlat(layout, parameters);
    },
    dispose: () => tf.dispose([weights, base, referenceWeights ?? {}]),
  };
}

/** In order of length, so that micro-batches are of like examples and their order does not depend on how the batch was drawn. */
function microBatches<T extends Example>(examples: readonly T[]): T[][] {
  const batches: T[][] = [];
  let rows = Number.POSITIVE_INFINITY;
  for (const example of [...examples].sort((a, b) => rowsOf(a) - rowsOf(b))) {
    rows += rowsOf(example);
    if (rows > MICRO_BATCH_ROWS) {
      batches.push([]);
      rows = rowsOf(example);
    }
    batches.at(-1)!.push(example);
  }
  return batches;
}

async function batchGradients(
  weights: Weights,
  base: Weights,
  config: DecoderConfig,
  examples: readonly TrainExample[],
  options: LossOptions & Pick<ReplicaOptions, 'gradientCheckpointing'>,
  stats: GradientStats,
): Promise<Weights> {
  const pack = packExamples(examples);
  const names = Object.keys(weights);
  const grads = await gradientsOf(
    () => targetLogProbs({ ...base, ...weights }, config, pack, options),
    Object.values(weights),
    (logProbs) => tokenGradients(logProbs, examples, options, stats),
  );
  return Object.fromEntries(names.map((name, i) => [name, grads[i]!]));
}

/** The gradient of the loss at every token's log-probability; the loss and the rest go into `stats`. */
function tokenGradients(
  logProbs: Float32Array,
  examples: readonly TrainExample[],
  options: LossOptions,
  stats: GradientStats,
): Float32Array {
  const gradients = new Float32Array(logProbs.length);
  let at = 0;
  const { klCoef = 0, klEstimator = 'k2' } = options;
  for (const { completions, weights, advantages, oldLogProbs, refLogProbs } of examples) {
    completions.forEach((completion, i) => {
      const weight = weights[i]!;
      for (let t = 0; t < completion.length; t++, at++) {
        const logProb = logProbs[at]!;
        const old = oldLogProbs?.[i]?.[t] ?? logProb;
        const token = advantages
          ? clippedTokenLoss(logProb, old, advantages[i]!, options)
          : { loss: -logProb, gradient: -1, clipped: undefined };
        const kl = klPenalty(logProb, refLogProbs?.[i]?.[t] ?? logProb, klEstimator);
        stats.loss += weight * (token.loss + klCoef * kl.value);
        gradients[at] = weight * (token.gradient + klCoef * kl.gradient);
        stats.kl += kl.value;
        stats.nll -= logProb;
        stats.clippedLow += token.clipped === 'low' ? 1 : 0;
        stats.clippedHigh += token.clipped === 'high' ? 1 : 0;
        stats.maxDifference = Math.max(stats.maxDifference, Math.abs(logProb - old));
      }
    });
  }
  stats.tokens += logProbs.length;
  return gradients;
}
