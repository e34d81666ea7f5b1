// One copy of the student at work: gradients of a share of a batch, and rollouts. Lives in a worker thread or in the main one; its
// weights follow a flat vector that it may share with other replicas.
import * as tf from '@tensorflow/tfjs-core';
import { createRandom } from '../run/random.ts';
import { type BackendName, openBackend } from '../student/backend.ts';
import type { Qwen2Config } from '../student/config.ts';
import { type Answer, generate } from '../student/generate.ts';
import { type Example, packExamples, rowsOf } from '../student/packing.ts';
import { parameterLayout, type Weights, weightsFromFlat } from '../student/parameters.ts';
import { targetLogProbs } from '../student/qwen2.ts';
import { type Clipping, clippedTokenLoss } from './grpo-loss.ts';

/** A prompt with the completions to learn from; one entry a completion in each list. */
export interface TrainExample extends Example {
  /** What a token of the completion weighs in the loss. */
  weights: number[];
  /** Absent for supervised learning. */
  advantages?: number[];
  oldLogProbs?: number[][];
}

export interface LossOptions extends Clipping {
  /** The temperature that the rollouts were sampled at; 1 for supervised learning. */
  temperature: number;
}

export interface GradientStats {
  loss: number;
  tokens: number;
  /** Sum of −log π over completion tokens. */
  nll: number;
  clippedLow: number;
  clippedHigh: number;
  /** Largest |log π − log π_old|: on fresh rollouts, how far sampler and trainer disagree. */
  maxDifference: number;
}

export interface RolloutJob {
  prompts: number[][];
  /** One random stream a prompt. */
  streams: string[];
  group: number;
  maxNewTokens: number;
  temperature: number;
  stopTokens: number[];
  tokens: number;
}

export interface Replica {
  /** Writes the summed gradient of the examples' loss into `into`. */
  gradients(examples: readonly TrainExample[], options: LossOptions, into: Float32Array): GradientStats;
  rollouts(job: RolloutJob): Answer[][];
  /** To be called when the flat vector has changed. */
  refresh(): void;
  dispose(): void;
}

/** Rows a micro-batch: larger intermediate results fall out of the CPU's caches. */
const MICRO_BATCH_ROWS = 2048;

export async function createReplica(
  config: Qwen2Config,
  parameters: Float32Array,
  backend: BackendName | 'auto',
): Promise<Replica> {
  await openBackend(backend);
  const layout = parameterLayout(config);
  let weights = weightsFromFlat(layout, parameters);
  const dispose = (): void => tf.dispose(weights);
  return {
    gradients: (examples, options, into) => {
      into.fill(0);
      const stats: GradientStats = { loss: 0, tokens: 0, nll: 0, clippedLow: 0, clippedHigh: 0, maxDifference: 0 };
      for (const batch of microBatches(examples)) {
        const grads = batchGradients(weights, config, batch, options, stats);
        layout.parameters.forEach(({ offset, size, name }) => {
          const values = grads[name]!.dataSync();
          for (let i = 0; i < size; i++) into[offset + i]! += values[i]!;
        });
        tf.dispose(grads);
      }
      return stats;
    },
    rollouts: ({ prompts, streams, ...job }) =>
      generate(weights, config, prompts, {
        ...job,
        random: (prompt, answer) => createRandom(`${streams[prompt]}/${answer}`),
      }),
    refresh: () => {
      dispose();
      weights = weightsFromFlat(layout, parameters);
    },
    dispose,
  };
}

/** In order of length, so that micro-batches are of like examples and their order does not depend on how the batch was drawn. */
function microBatches(examples: readonly TrainExample[]): TrainExample[][] {
  const batches: TrainExample[][] = [];
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

function batchGradients(
  weights: Weights,
  config: Qwen2Config,
  examples: readonly TrainExample[],
  options: LossOptions,
  stats: GradientStats,
): Weights {
  const pack = packExamples(examples);
  const names = Object.keys(weights);
  const lossOf = (logProbs: Float32Array) => tokenLosses(logProbs, examples, options, stats);
  const { value, grads } = tf.valueAndGrads((...tensors: tf.Tensor[]) => {
    const current = Object.fromEntries(names.map((name, i) => [name, tensors[i]!]));
    return weighLogProbs(targetLogProbs(current, config, pack, options.temperature), lossOf);
  })(Object.values(weights));
  value.dispose();
  return Object.fromEntries(names.map((name, i) => [name, grads[i]!]));
}

/** A scalar of the log-probabilities whose value and derivative are computed in plain numbers. */
function weighLogProbs(
  logProbs: tf.Tensor1D,
  lossOf: (values: Float32Array) => { loss: number; gradient: Float32Array },
): tf.Scalar {
  const op = tf.customGrad((...args) => {
    const [values, save] = args as [tf.Tensor1D, tf.GradSaveFunc];
    const { loss, gradient } = lossOf(values.dataSync() as Float32Array);
    save([tf.tensor1d(gradient)]);
    return { value: tf.scalar(loss), gradFunc: (dy: tf.Tensor, [slope]: tf.Tensor[]) => [tf.mul(slope!, dy)] };
  });
  return op(logProbs) as tf.Scalar;
}

function tokenLosses(
  logProbs: Float32Array,
  examples: readonly TrainExample[],
  options: LossOptions,
  stats: GradientStats,
): { loss: number; gradient: Float32Array } {
  const gradient = new Float32Array(logProbs.length);
  let at = 0;
  let loss = 0;
  for (const { completions, weights, advantages, oldLogProbs } of examples) {
    completions.forEach((completion, i) => {
      const weight = weights[i]!;
      for (let t = 0; t < completion.length; t++, at++) {
        const logProb = logProbs[at]!;
        const old = oldLogProbs?.[i]?.[t] ?? logProb;
        const token = advantages
          ? clippedTokenLoss(logProb, old, advantages[i]!, options)
          : { loss: -logProb, gradient: -1, clipped: undefined };
        loss += weight * token.loss;
        gradient[at] = weight * token.gradient;
        stats.nll -= logProb;
        stats.clippedLow += token.clipped === 'low' ? 1 : 0;
        stats.clippedHigh += token.clipped === 'high' ? 1 : 0;
        stats.maxDifference = Math.max(stats.maxDifference, Math.abs(logProb - old));
      }
    });
  }
  stats.loss += loss;
  stats.tokens += logProbs.length;
  return { loss, gradient };
}
