// What a replica holds in its backend's memory, counted from the operations of the forward pass (decoder.ts, decode.ts) and their
// derivatives. An operation's outcome lives until its pass is over; what a derivative needs, until the step is over, or with gradient
// checkpointing until that of its layer is there. All in bytes.
import type { DecoderConfig } from '../../student/checkpoint/config.ts';
import { families } from '../../student/decoder/families.ts';
import { type Layout, parameterLayout } from '../../student/decoder/layout.ts';
import { LOGITS_AT_ONCE } from '../../student/decoder/log-probs.ts';
import { type Lora, trainedLayout } from '../../student/decoder/lora.ts';
import { blockRanges } from '../../student/decoder/packing.ts';
import { type AnswerShape, answerFloats, promptsAtOnce } from '../../student/generate/batch-size.ts';
import { PREFILL_ROWS } from '../../student/generate/decode.ts';
import { MICRO_BATCH_ROWS } from '../parallel/replica.ts';

const FLOAT = 4;

/** The largest that a replica is given at once. */
export interface Workload {
  /** Tokens of the longest prompt, and of each answer to it. */
  prompt: number;
  answer: number;
  /** Answers that are trained on together with their prompt. */
  answers: number;
  /** Such examples in a replica's share of a batch. */
  examples: number;
  temperature: number;
  /** Rollouts and validations, each at another time. None where nothing is generated. */
  generations: readonly Generation[];
}

/** A replica's share of prompts that are answered. */
export interface Generation extends AnswerShape {
  prompts: number;
}

export interface ReplicaMemory {
  trained: number;
  frozen: number;
  gradients: number;
  activations: number;
  logits: number;
  /** Of a batch of rollouts: the key–value cache, and what stands beside it. */
  rollouts: number;
}

interface Manner {
  gradientCheckpointing: boolean;
  /** wasm keeps a transposed copy of every matrix that it multiplies by (wasm-kernels.ts). */
  transposes: boolean;
}

export function replicaMemory(
  config: DecoderConfig,
  lora: Lora | undefined,
  work: Workload,
  { gradientCheckpointing, transposes }: Manner,
): ReplicaMemory {
  const held = (layout: Layout): number =>
    layout.parameters.reduce((sum, { name, shape, size }) => {
      const isFactor = shape.length > 1 && (config.tied || !name.includes('embed_tokens'));
      return sum + FLOAT * size * (transposes && isFactor ? 2 : 1);
    }, 0);
  return {
    trained: held(trainedLayout(config, lora)),
    frozen: lora ? held(parameterLayout(config)) : 0,
    ...trainingMemory(config, lora, work, gradientCheckpointing),
    rollouts: work.generations.reduce((most, one) => Math.max(most, generationMemory(config, one)), 0),
  };
}

/** Gradients, activations and logits when their sum is largest. */
function trainingMemory(
  config: DecoderConfig,
  lora: Lora | undefined,
  work: Workload,
  gradientCheckpointing: boolean,
): Pick<ReplicaMemory, 'gradients' | 'activations' | 'logits'> {
  const { prompt, answer, answers, temperature } = work;
  const rows = prompt + answers * (answer - 1);
  const count = Math.min(work.examples, Math.max(1, Math.floor(MICRO_BATCH_ROWS / rows)));
  const held = (gradientCheckpointing ? checkpointedFloats : activationFloats)(config, prompt, rows, count);
  const all = count * answers * answer;
  const atOnce = Math.min(all, Math.max(1, Math.floor(LOGITS_AT_ONCE / config.vocabSize)));
  const logits = FLOAT * atOnce * config.vocabSize;
  // Then none is kept for the derivative: they are made again, and the table's gradient is summed up meanwhile.
  const isParted = atOnce < all;
  const sumsUp = isParted && lora === undefined;
  const tempered = temperature === 1 ? 0 : 1;
  const kept = isParted ? 0 : (2 + 2 * tempered) * logits;
  const table = FLOAT * config.vocabSize * config.hiddenSize;
  const gradients = FLOAT * trainedLayout(config, lora).size;
  // The two gradients of a tied table are added up.
  const tables = lora === undefined && config.tied ? 2 * table : 0;
  const moments = [
    { gradients: 0, activations: FLOAT * held.forward, logits: 0 },
    {
      gradients: sumsUp ? 3 * table : 0,
      activations: FLOAT * held.loss,
      logits: (6 + tempered + (sumsUp ? 1 : 0)) * logits,
    },
    { gradients, activations: FLOAT * held.backward, logits: kept },
    { gradients: gradients + tables, activations: FLOAT * held.end, logits: kept },
  ];
  const sum = ({ gradients, activations, logits }: (typeof moments)[0]): number => gradients + activations + logits;
  return moments.reduce((most, moment) => (sum(moment) > sum(most) ? moment : most));
}

/** Numbers held: in the forward pass, as the loss is known, in the first layer's derivative, and after it. */
type Held = Record<'forward' | 'loss' | 'backward' | 'end', number>;

function activationFloats(config: DecoderConfig, prompt: number, rows: number, count: number): Held {
  const layers = layerFloats(config);
  const attention = attentionFloats(config, prompt, rows);
  const last = lastLayer(config, prompt, rows);
  const over = (part: PerRow): number => (config.layers - 1) * rows * part.row + last.over(part);
  const kept = (config.layers - 1) * attention.all + last.attention + attention.masks;
  const forward = count * (over(layers.forward) + kept);
  const backward = count * (over(layers.saved) + over(layers.gradients) + kept + attention.passing) + attention.block;
  return { forward, loss: forward, backward, end: backward };
}

/** Every layer's input (student/gradient-checkpointing.ts), in the derivative its gradient too; all else of one layer only. */
function checkpointedFloats(config: DecoderConfig, prompt: number, rows: number, count: number): Held {
  const layers = layerFloats(config);
  const attention = attentionFloats(config, prompt, rows);
  const last = lastLayer(config, prompt, rows);
  const [over, kept] =
    config.layers === 1 ? [last.over, last.attention] : [({ row }: PerRow) => rows * row, attention.all];
  // The outcome and its norm.
  const inputs = config.hiddenSize * (config.layers * rows + 3 * last.predicting);
  const end = count * (2 * inputs + attention.masks);
  return {
    forward: count * (inputs + over(layers.answering) + kept + attention.masks) + attention.block,
    loss: count * (inputs + attention.masks),
    backward: end + count * (over(layers.saved) + over(layers.gradients) + kept + attention.passing) + attention.block,
    end,
  };
}

/** The last layer asks only from the rows that predict. */
function lastLayer({ heads }: DecoderConfig, prompt: number, rows: number) {
  const predicting = rows - prompt + 1;
  return {
    predicting,
    over: ({ row, keyValue }: PerRow): number => rows * keyValue + predicting * (row - keyValue),
    attention: heads * predicting * rows,
  };
}

interface PerRow {
  row: number;
  /** The part of it that keys and values are made with. */
  keyValue: number;
}

/** Numbers a row and layer: all that a forward pass makes, what of it is kept for the derivatives, and those themselves. */
function layerFloats(config: DecoderConfig): Record<'forward' | 'saved' | 'gradients' | 'answering', PerRow> {
  const { hiddenSize: h, intermediateSize: i } = config;
  const q = config.heads * config.headSize;
  const k = config.kvHeads * config.headSize;
  // Squares, unit vectors and their product with the norm's weights, where queries and keys are normed.
  const [nq, nk] = families[config.family].queryKeyNorm ? [3 * q, 3 * k] : [0, 0];
  return {
    forward: { row: 8 * h + 4 * q + nq + 5 * k + nk + 5 * i, keyValue: 2 * h + 5 * k + nk },
    saved: { row: 8 * h + 3 * q + nq + 4 * k + nk + 4 * i, keyValue: 2 * h + 4 * k + nk },
    gradients: { row: 9 * h + 3 * q + nq + 3 * k + nk + 3 * i, keyValue: 3 * h + 3 * k + nk },
    answering: { row: 6 * h + 4 * q + nq + 5 * k + nk + 3 * i, keyValue: h + 5 * k + nk },
  };
}

/** Numbers of an example's attention in one layer: all probabilities, the masks, and what the largest block and the sums over blocks
 * need. */
function attentionFloats(config: DecoderConfig, prompt: number, rows: number) {
  const blocks = blockRanges(prompt, rows).map(({ from, to }) => (to - from) * to);
  const masks = blocks.reduce((sum, pairs) => sum + pairs, 0);
  const k = config.kvHeads * config.headSize;
  return {
    all: config.heads * masks,
    masks,
    block: 5 * config.heads * blocks.reduce((most, pairs) => Math.max(most, pairs), 0),
    passing: 4 * blocks.length * rows * k,
  };
}

/** The larger of reading the prompts, in runs and layer by layer, and of the last token's step. */
function generationMemory(config: DecoderConfig, generation: Generation): number {
  const { prompt, group, maxNewTokens } = generation;
  const prompts = Math.min(generation.prompts, promptsAtOnce(config, generation));
  const run = Math.ceil(prompts / Math.ceil((prompt * prompts) / PREFILL_ROWS));
  const k = config.kvHeads * config.headSize;
  const { row } = layerFloats(config).answering;
  const { all, masks, block } = attentionFloats(config, prompt, prompt);
  const read = config.layers * 2 * k * prompts * prompt;
  const layer = run * (prompt * (row + config.hiddenSize + 2 * k) + all + masks) + block;
  const assembled = 2 * k * prompts * prompt;
  const step = prompts * group * (row + config.heads * 3 * (prompt + maxNewTokens));
  const answering = prompts * answerFloats(config, generation) + step;
  return FLOAT * Math.max(read + Math.max(layer, assembled), answering);
}
