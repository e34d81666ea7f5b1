// Model selection: the student is validated on held-out steps before the first update and from then on when it is time; the best of all these
// students is kept, which may be the one that the run started from.
import type { Emit } from '../../../core/run/events.ts';
import type { Progress } from '../record/checkpoint.ts';
import { type Metrics, renderMetrics } from '../record/metrics.ts';
import { evenly, type Sample, type Validation } from './validate.ts';

/** Answers kept of every validation. */
const SAMPLES = 16;

export interface SelectionOptions {
  progress: Progress;
  validate(): Promise<{ validation: Validation; samples: Sample[] }>;
  /** Logs a row of metrics, and a row of samples. */
  record(row: Metrics): Promise<void>;
  recordSample(row: Sample & { update: number }): Promise<void>;
  keepBest(): Promise<void>;
  emit: Emit;
}

/** Validates the student of `progress.update`, once. `progress` then says how it did and which student is the best. */
export async function selectModel(options: SelectionOptions): Promise<void> {
  const { progress, emit } = options;
  const { update } = progress;
  if (progress.validated?.update === update) return;
  const { validation, samples } = await options.validate();
  await options.record({ update, ...validation });
  for (const sample of evenly(samples, SAMPLES)) await options.recordSample({ update, ...sample });
  emit({ type: 'note', text: `update ${update}: ${renderMetrics(validation)}` });
  progress.validated = { update, validation };
  progress.stale++;
  const { 'eval/reward': reward, 'eval/exact': exact } = validation;
  if (progress.best !== null && reward <= progress.best.reward) return;
  progress.best = { update, reward, exact };
  progress.stale = 0;
  await options.keepBest();
}
