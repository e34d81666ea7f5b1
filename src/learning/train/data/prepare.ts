// Everything that is known of a run before a weight is read: its data, its backend, what it will take of memory.
import { type BackendReport, defaultWorkers, openBackend } from '../../student/backend/backend.ts';
import { trainedParameters } from '../../student/checkpoint/files.ts';
import { type MemoryPlan, memoryLimits, planMemory } from '../memory/memory-plan.ts';
import type { SettledOptions, TrainOptions } from '../options/options.ts';
import type { Checkpoint } from '../record/checkpoint.ts';
import { findStart, type Start } from './start.ts';
import { encodeSteps, readStepInstances, type Steps } from './steps.ts';

export interface Prepared {
  point: Start;
  steps: Steps;
  found: BackendReport;
  settled: SettledOptions;
  plan: MemoryPlan;
}

/** `checkpoint`: what the run goes on from. */
export async function prepareRun(options: TrainOptions, checkpoint?: Checkpoint): Promise<Prepared> {
  const saved = checkpoint?.student;
  const point = saved ? { ...saved, lora: saved.adapter?.lora, open: async () => saved } : await findStart(options);
  const limits = { context: point.config.contextLength, maxNewTokens: options.maxNewTokens };
  const steps = encodeSteps(await readStepInstances(options.steps), point.tokenizer, limits);
  const found = await openBackend(options.backend);
  const workers = options.workers ?? defaultWorkers(found.chosen);
  const settled = { ...options, workers, maxNewTokens: steps.maxNewTokens };
  const plan = planMemory(settled, point, steps, found.chosen, memoryLimits(found.chosen, bytesOf(checkpoint)));
  return { point, steps, found, settled, plan };
}

/** Its weights and moments. */
function bytesOf(checkpoint: Checkpoint | undefined): number {
  if (checkpoint === undefined) return 0;
  const { student } = checkpoint;
  const trained = trainedParameters(student).byteLength;
  return 2 * trained + student.parameters.byteLength + (student.adapter ? trained : 0);
}
