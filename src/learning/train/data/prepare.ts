// Everything that is known of a run before a weight is read: its data, its backend, what it will take of memory.
import { type BackendReport, defaultWorkers, openBackend } from '../../student/backend/backend.ts';
import type { StudentFiles } from '../../student/checkpoint/files.ts';
import { type MemoryPlan, planMemory } from '../memory/memory-plan.ts';
import type { SettledOptions, TrainOptions } from '../options/options.ts';
import { findStart, type Start } from './start.ts';
import { encodeSteps, readStepInstances, type Steps } from './steps.ts';

export interface Prepared {
  point: Start;
  steps: Steps;
  found: BackendReport;
  settled: SettledOptions;
  plan: MemoryPlan;
}

/** `saved`: the student of the checkpoint that the run goes on from. */
export async function prepareRun(options: TrainOptions, saved?: StudentFiles): Promise<Prepared> {
  const point = saved ? { ...saved, lora: saved.adapter?.lora, open: async () => saved } : await findStart(options);
  const limits = { context: point.config.contextLength, maxNewTokens: options.maxNewTokens };
  const steps = encodeSteps(await readStepInstances(options.steps), point.tokenizer, limits);
  const found = await openBackend(options.backend);
  const workers = options.workers ?? defaultWorkers(found.chosen);
  const settled = { ...options, workers, maxNewTokens: steps.maxNewTokens };
  const plan = planMemory(settled, point, steps, found.chosen);
  return { point, steps, found, settled, plan };
}
