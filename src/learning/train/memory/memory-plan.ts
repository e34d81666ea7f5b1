// The memory plan of a run: what it takes, what there is, and when that is less, what would fit.
import { freemem } from 'node:os';
import { ConfigError } from '../../../core/schema/errors.ts';
import type { BackendName } from '../../student/backend/names.ts';
import { WASM_HEAP } from '../../student/backend/wasm-heap.ts';
import type { DecoderConfig } from '../../student/checkpoint/config.ts';
import { parameterLayout } from '../../student/decoder/layout.ts';
import { type Lora, trainedLayout } from '../../student/decoder/lora.ts';
import { loraTargets } from '../../student/decoder/lora-targets.ts';
import type { Steps, TrainStep } from '../data/steps.ts';
import type { SettledOptions } from '../options/options.ts';
import { type Generation, type ReplicaMemory, replicaMemory, type Workload } from './memory.ts';

export interface MemoryPlan {
  /** In bytes: what the process holds beside its replicas, and what each replica holds in its backend. */
  rows: { what: string; process: number; replica: number }[];
  replicas: number;
  replica: number;
  total: number;
  /** What there is for a replica, and for all. */
  limits: MemoryLimits;
  longest: Pick<Workload, 'prompt' | 'answer'>;
  /** Changes of the options of which each would make it fit. */
  remedies: string[];
}

export interface MemoryLimits {
  replica: number;
  /** Of the whole process, what it holds already included. */
  total: number;
  /** What it holds before any weights are read: the program, its backend's library, the tokenizer, the data. */
  resident?: number;
}

type Shape = { config: DecoderConfig; lora: Lora | undefined };
/** Steps that are trained on, and those that are held out. */
type Data = Pick<Steps, 'train' | 'heldout'>;

export function planMemory(
  options: SettledOptions,
  { config, lora }: Shape,
  steps: Data,
  backend: BackendName,
  limits: MemoryLimits,
): MemoryPlan {
  const plan = (changed: Partial<SettledOptions>, adapted = lora): MemoryPlan =>
    planOnce({ ...options, ...changed }, { config, lora: adapted }, steps, backend, limits);
  const found = plan({});
  if (isFitting(found)) return found;
  const { batch, maxNewTokens, workers, gradientCheckpointing } = options;
  const smallAdapter: Lora = { r: 16, alpha: 32, targets: loraTargets };
  const candidates: [string, MemoryPlan][] = [
    ...(gradientCheckpointing
      ? []
      : [['--gradient-checkpointing', plan({ gradientCheckpointing: true })] satisfies [string, MemoryPlan]]),
    ...halvesOf(batch).map((value): [string, MemoryPlan] => [`--batch ${value}`, plan({ batch: value })]),
    ...halvesOf(maxNewTokens).map((value): [string, MemoryPlan] => [
      `--max-new-tokens ${value}`,
      plan({ maxNewTokens: value }),
    ]),
    ...(workers > 1 ? [['--workers 1', plan({ workers: 1 })] satisfies [string, MemoryPlan]] : []),
    ...(lora ? [] : [['--lora-r 16', plan({}, smallAdapter)] satisfies [string, MemoryPlan]]),
  ];
  const least = { batch: 1, workers: Math.min(workers, 1), gradientCheckpointing: true };
  const smallest = plan(least, lora ?? smallAdapter);
  const fitting = candidates.filter(([, changed]) => isFitting(changed)).map(([flag]) => flag);
  // Of the values of one flag the largest.
  const single = fitting.filter(
    (flag, i) => fitting.findIndex((one) => one.split(' ')[0] === flag.split(' ')[0]) === i,
  );
  const together = `--gradient-checkpointing --batch 1 --workers ${least.workers}${lora ? '' : ' --lora-r 16'}`;
  return { ...found, remedies: single.length > 0 ? single : isFitting(smallest) ? [together] : [] };
}

/** Now; `planned` bytes of what the process holds are weights that the plan counts. */
export function memoryLimits(backend: BackendName, planned = 0): MemoryLimits {
  const { rss } = process.memoryUsage();
  return {
    replica: backend === 'wasm' ? WASM_HEAP : Number.POSITIVE_INFINITY,
    total: rss + (process.availableMemory?.() ?? freemem()),
    resident: Math.max(0, rss - planned),
  };
}

const halvesOf = (value: number): number[] =>
  value < 2 ? [] : [Math.floor(value / 2), ...halvesOf(Math.floor(value / 2))];

const isFitting = ({ replica, total, limits }: MemoryPlan): boolean =>
  replica <= limits.replica && total <= limits.total;

function planOnce(
  options: SettledOptions,
  { config, lora }: Shape,
  steps: Data,
  backend: BackendName,
  limits: MemoryLimits,
): MemoryPlan {
  const { method, workers, klCoef, gradientCheckpointing } = options;
  const replicas = Math.max(1, workers);
  const work = workloadOf(options, config, steps, replicas);
  const held = replicaMemory(config, lora, work, { gradientCheckpointing, transposes: backend === 'wasm' });
  const vector = 4 * trainedLayout(config, lora).size;
  const reference = klCoef > 0;
  const rows = [
    { what: 'program and data', process: limits.resident ?? 0, replica: 0 },
    { what: lora ? 'adapter' : 'weights', process: vector, replica: held.trained },
    { what: 'frozen base', process: lora ? 4 * parameterLayout(config).size : 0, replica: held.frozen },
    { what: 'reference for the KL', process: reference ? vector : 0, replica: reference ? held.trained : 0 },
    { what: 'optimizer moments', process: 2 * vector, replica: 0 },
    { what: 'gradients', process: replicas * vector, replica: held.gradients },
    { what: 'activations', process: 0, replica: held.activations },
    { what: 'logits', process: 0, replica: held.logits },
    {
      what: method === 'sft' ? 'validation (at another time)' : 'rollouts (at another time)',
      process: 0,
      replica: held.rollouts,
    },
  ].filter(({ process, replica }) => process + replica > 0);
  const replica = held.trained * (reference ? 2 : 1) + held.frozen + Math.max(trainingOf(held), held.rollouts);
  // What webgpu holds lies in the device's memory, of which nothing is known here.
  const beside = backend === 'webgpu' ? 0 : replicas * replica;
  const total = rows.reduce((sum, row) => sum + row.process, 0) + beside;
  return { rows, replicas, replica, total, limits, longest: work, remedies: [] };
}

const trainingOf = ({ gradients, activations, logits }: ReplicaMemory): number => gradients + activations + logits;

/** RLVR's prompts are windows cut to the context; the others' are in the data. */
function workloadOf(
  options: SettledOptions,
  config: DecoderConfig,
  { train, heldout }: Data,
  replicas: number,
): Workload {
  const { method, batch, miniBatches, rollouts, maxNewTokens, stepLimit, jobs } = options;
  const share = (count: number): number => Math.ceil(count / replicas);
  const validated = options.validationSize === 0 ? heldout.length : Math.min(options.validationSize, heldout.length);
  const validation = { prompt: longestOf(heldout, promptLength), prompts: share(validated), group: 1, maxNewTokens };
  const temperature = method === 'sft' ? 1 : options.temperature;
  const examples = share(Math.ceil(batch / (method === 'sft' ? 1 : miniBatches)));
  const sizes = { temperature, examples, answers: method === 'srl' ? rollouts : 1 };
  const answered = (prompt: number, prompts: number, group: number): Generation[] =>
    [{ prompt, prompts, group, maxNewTokens }, validation].filter((one) => one.prompts > 0);
  if (method === 'rlvr') {
    const prompt = config.contextLength - maxNewTokens;
    const turns = share(Math.ceil(batch / miniBatches) * rollouts * stepLimit);
    const generations = answered(prompt, share(jobs), 1);
    return { ...sizes, prompt, answer: maxNewTokens, examples: turns, generations };
  }
  if (method === 'sft') {
    const whole = train.reduce((most, one) => (lengthOf(one) > lengthOf(most) ? one : most), train[0] ?? NONE);
    const { prompt, answer } = { prompt: whole.prompt.length, answer: whole.answer.length };
    return { ...sizes, prompt, answer, generations: answered(0, 0, 1) };
  }
  const prompt = longestOf(train, promptLength);
  return { ...sizes, prompt, answer: maxNewTokens, generations: answered(prompt, share(batch), rollouts) };
}

type Lengths = Pick<TrainStep, 'prompt' | 'answer'>;
const NONE: Lengths = { prompt: [], answer: [] };
const promptLength = ({ prompt }: Lengths): number => prompt.length;
const lengthOf = ({ prompt, answer }: Lengths): number => prompt.length + answer.length;
const longestOf = (steps: readonly Lengths[], lengthOf: (step: Lengths) => number): number =>
  steps.reduce((most, step) => Math.max(most, lengthOf(step)), 0);

/** Throws, in one line with what would fit, when the run does not. */
export function requireFit(plan: MemoryPlan): void {
  if (isFitting(plan)) return;
  const { replica, total, limits, remedies } = plan;
  const what =
    replica > limits.replica
      ? `a replica takes ${renderBytes(replica)} where wasm has ${renderBytes(limits.replica)} a thread`
      : `it takes ${renderBytes(total)} where there is ${renderBytes(limits.total)} of memory for it`;
  const help =
    remedies.length > 0
      ? `It would fit with ${remedies.join(', or ')}`
      : 'No smaller batch, no adapter and no gradient checkpointing would do: take a smaller student, or --engine trl on a larger machine';
  throw new ConfigError(`This run does not fit: ${what}. ${help} (see --dry-run).`);
}

/** A table for people. */
export function renderPlan({ rows, replicas, replica, total, limits, longest }: MemoryPlan): string {
  const cells = [
    ['memory', 'process', 'a replica'],
    ...rows.map((row) => [row.what, renderBytes(row.process), renderBytes(row.replica)]),
    [`in all, ${replicas} replica${replicas === 1 ? '' : 's'}`, renderBytes(total), renderBytes(replica)],
    ['there is', renderBytes(limits.total), renderBytes(limits.replica)],
  ];
  const lines = cells.map(([what, ...numbers]) => what!.padEnd(28) + numbers.map((one) => one.padStart(12)).join(''));
  return [...lines, `longest prompt ${longest.prompt} tokens, longest answer ${longest.answer}`].join('\n');
}

function renderBytes(bytes: number): string {
  if (!Number.isFinite(bytes)) return '-';
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}
