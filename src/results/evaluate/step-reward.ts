// The other score: the mean step reward of a model on held-out step instances, greedy. Cheap, and dense where the resolve rate is 0.

import { z } from 'zod';
import type { Model } from '../../agents/model/model.ts';
import { JsonlWriter } from '../../core/io/jsonl.ts';
import { resumeRows } from '../../core/io/own-rows.ts';
import type { Emit } from '../../core/run/events.ts';
import { mapPool } from '../../core/run/pool.ts';
import { type StepInstance, stepKindSchema } from '../../core/schema/step-instance.ts';
import { srlReward } from '../../data/reward/srl-reward.ts';

const stepScoreSchema = z.object({
  id: z.string(),
  kind: stepKindSchema,
  reward: z.number(),
  similarity: z.number(),
  format_ok: z.boolean(),
  text: z.string().describe('what the model wrote'),
});
export type StepScore = z.infer<typeof stepScoreSchema>;

export interface StepScoreOptions {
  steps: readonly StepInstance[];
  model: Model;
  /** One row a step, appended as they come; rows that are there are not made again. */
  file: string;
  concurrency: number;
  emit: Emit;
  signal?: AbortSignal | undefined;
}

export async function scoreSteps(options: StepScoreOptions): Promise<StepScore[]> {
  const { steps, model, file, emit, signal } = options;
  const known = new Map((await resumeRows(file, stepScoreSchema, emit)).rows.map((row) => [row.id, row]));
  await using writer = await JsonlWriter.open(file);
  let done = 0;
  return await mapPool(
    steps,
    options.concurrency,
    async (step) => {
      const score = known.get(step.id) ?? (await scoreStep(step, model, signal));
      if (!known.has(step.id)) await writer.append(score);
      done += 1;
      emit({ type: 'progress', done, total: steps.length, text: 'held-out steps' });
      return score;
    },
    { signal },
  );
}

async function scoreStep(step: StepInstance, model: Model, signal: AbortSignal | undefined): Promise<StepScore> {
  const { text } = await model.query(step.prompt, signal ? { signal } : {});
  const { reward, similarity, formatOk } = srlReward(text, step.action);
  return { id: step.id, kind: step.kind, reward, similarity, format_ok: formatOk, text };
}

/** Null when no step was scored. */
export const meanReward = (scores: readonly StepScore[]): number | null =>
  scores.length === 0 ? null : scores.reduce((sum, { reward }) => sum + reward, 0) / scores.length;
