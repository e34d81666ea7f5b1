// The engine: replicas of the student, data-parallel. Each gets a share of every batch; gradients are summed in the main thread, always in
// the same order, so that a run is repeatable.
import type { DecoderConfig } from '../../student/checkpoint/config.ts';
import { type Example, rowsOf } from '../../student/decoder/packing.ts';
import type { Answer } from '../../student/generate/generate.ts';
import {
  addStats,
  type Frozen,
  type GradientStats,
  type LossOptions,
  type ReplicaOptions,
  type RolloutJob,
  type TrainExample,
} from './replica.ts';
import { openLocalWorker, openThreadWorker, sharedVector, type WorkerHandle } from './worker-handle.ts';

export interface Engine {
  /** The weights that training moves, in memory shared with the replicas. After changing them call `refresh`. */
  readonly parameters: Float32Array;
  /** Under an adapter: what it lies on. */
  readonly frozen: Frozen | undefined;
  /** The summed gradient of the batch's loss; valid until the next call. */
  gradients(
    examples: readonly TrainExample[],
    options: LossOptions,
  ): Promise<{ gradient: Float32Array; stats: GradientStats }>;
  /** The answers of every prompt, in order. */
  rollouts(job: RolloutJob): Promise<Answer[][]>;
  /** Log-probabilities under the reference weights: [example][completion][token]. */
  referenceLogProbs(examples: readonly Example[], temperature: number): Promise<number[][][]>;
  refresh(): Promise<void>;
  dispose(): Promise<void>;
}

/** `workers` threads; 0 works in this thread, for backends that use all cores themselves. */
export async function openEngine(
  config: DecoderConfig,
  initial: Float32Array,
  { workers, ...options }: ReplicaOptions & { workers: number },
): Promise<Engine> {
  const parameters = shared(initial);
  const reference = options.reference && shared(options.reference);
  const frozen = options.frozen && shareFrozen(options.frozen, workers);
  const open = workers === 0 ? openLocalWorker : openThreadWorker;
  const handles = await Promise.all(
    Array.from({ length: Math.max(1, workers) }, () => open({ ...options, config, parameters, reference, frozen })),
  );
  return {
    parameters,
    frozen,
    gradients: async (examples, options) => {
      const shares = balance(examples, handles.length, rowsOf).filter((share) => share.length > 0);
      const parts = await Promise.all(
        shares.map((share, i) => handles[i]!.call<GradientStats>({ type: 'gradients', examples: share, options })),
      );
      const gradient = handles[0]!.gradient;
      for (const handle of handles.slice(1, shares.length)) addInto(gradient, handle.gradient);
      return { gradient, stats: parts.reduce(addStats) };
    },
    rollouts: (job) =>
      inShares(
        handles,
        job.prompts,
        (prompt) => prompt.length,
        (handle, prompts, places) => {
          const streams = places.map((at) => job.streams[at]!);
          return handle.call<Answer[][]>({ type: 'rollouts', job: { ...job, prompts, streams } });
        },
      ),
    referenceLogProbs: (examples, temperature) =>
      inShares(handles, examples, rowsOf, (handle, share) =>
        handle.call<number[][][]>({ type: 'reference', examples: share, temperature }),
      ),
    refresh: async () => void (await Promise.all(handles.map((handle) => handle.call({ type: 'refresh' })))),
    dispose: async () => void (await Promise.all(handles.map((handle) => handle.stop()))),
  };
}

function shared(values: Float32Array): Float32Array {
  const vector = sharedVector(values.length);
  vector.set(values);
  return vector;
}

/** Large, so it is not copied where one replica reads it in this thread. */
const shareFrozen = (frozen: Frozen, workers: number): Frozen =>
  workers === 0 ? frozen : { ...frozen, parameters: shared(frozen.parameters) };

/** Every item's result, in order; each worker works on a share of about equal weight. */
async function inShares<T, R>(
  handles: readonly WorkerHandle[],
  items: readonly T[],
  weigh: (item: T) => number,
  work: (handle: WorkerHandle, share: T[], places: number[]) => Promise<R[]>,
): Promise<R[]> {
  const results: R[] = [];
  const shares = balance([...items.keys()], handles.length, (at) => weigh(items[at]!));
  const run = async (places: number[], i: number): Promise<void> => {
    const share = places.map((at) => items[at]!);
    (await work(handles[i]!, share, places)).forEach((result, j) => {
      results[places[j]!] = result;
    });
  };
  await Promise.all(shares.filter((places) => places.length > 0).map(run));
  return results;
}

/** Shares of about equal weight: the heaviest first, each to the lightest share (ties to the first, so always the same). */
function balance<T>(items: readonly T[], shares: number, weigh: (item: T) => number): T[][] {
  const result = Array.from({ length: shares }, () => ({ items: [] as T[], weight: 0 }));
  for (const item of [...items].sort((a, b) => weigh(b) - weigh(a))) {
    const lightest = result.reduce((least, share) => (share.weight < least.weight ? share : least));
    lightest.items.push(item);
    lightest.weight += weigh(item);
  }
  return result.map((share) => share.items);
}

function addInto(sum: Float32Array, part: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += part[i]!;
}
