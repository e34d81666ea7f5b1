// The attempts of RLVR: made in groups, judged, and kept as trajectories with what training made of them.
import type { Model } from '../../../agents/model/model.ts';
import type { JsonlWriter } from '../../../core/io/jsonl.ts';
import { DEFAULT_MAX_ROW_BYTES } from '../../../core/io/rows.ts';
import { requireSpace } from '../../../core/run/files.ts';
import { mapPool } from '../../../core/run/pool.ts';
import { ConfigError } from '../../../core/schema/errors.ts';
import type { Instance } from '../../../core/schema/instance.ts';
import type { Attempt, TrainedAttempt } from '../../../core/schema/trajectory.ts';
import type { AnswerQuery } from '../../student/serve/dynamic-batcher.ts';
import { createStudentModel } from '../../student/serve/model.ts';
import { openRowsUntil } from '../record/metrics.ts';
import type { TrainingRun } from '../run.ts';
import type { Group, InformativeGroup, Turn } from './groups.ts';

export interface RewardedAttempt {
  trajectory: Attempt;
  /** Undefined when it could not be found out. */
  reward: number | undefined;
}

/** Lets the model attempt the instance; undefined when no attempt could be made. */
export type AttemptFunction = (
  instance: Instance,
  model: Model,
  attempt: number,
) => Promise<RewardedAttempt | undefined>;

export type Task = { instance: Instance };

export interface Played extends Partial<RewardedAttempt> {
  turns: Turn[];
}

/** All attempts at the tasks, those at one task after another. */
export async function attemptAll(
  run: TrainingRun<Task>,
  ask: AnswerQuery,
  tasks: readonly Task[],
  first: number,
  { attempt, signal }: { attempt: AttemptFunction; signal?: AbortSignal | undefined },
): Promise<Played[]> {
  const { options, student } = run;
  const places = tasks.flatMap(({ instance }, i) =>
    Array.from({ length: options.rollouts }, (_, at) => ({ instance, draw: first + i, at })),
  );
  const play = async ({ instance, draw, at }: (typeof places)[number]): Promise<Played> => {
    await requireSpace('one more attempt', run.path(), DEFAULT_MAX_ROW_BYTES); // it takes minutes
    const turns: Turn[] = [];
    const model = createStudentModel(student, ask, {
      ...options,
      name: 'student',
      seed: `${options.seed}/rollout/${draw}/${at}`,
      onAnswer: (prompt, answer) => turns.push({ prompt, answer }),
    });
    // An instance that is drawn again gets other numbers: no two trajectories of a run have the same id.
    const made = await attempt(instance, model, draw * options.rollouts + at);
    return { ...made, turns };
  };
  return await mapPool(places, options.jobs, play, { signal });
}

/** Groups of what has a reward, where there is something to compare. */
export function groupsOf(
  { options, progress }: TrainingRun<Task>,
  tasks: readonly Task[],
  played: readonly Played[],
): Group<Task>[] {
  const groups = tasks.map((item, i): Group<Task> => {
    const ofTask = played.slice(i * options.rollouts, (i + 1) * options.rollouts);
    const judged = ofTask.filter(({ reward, turns }) => reward !== undefined && turns.length > 0);
    return { item, rollouts: judged.map(({ turns }) => turns), rewards: judged.map(({ reward }) => reward!) };
  });
  const usable = groups.filter(({ rollouts }) => rollouts.length > 1);
  if (usable.length === 0)
    throw new ConfigError(`update ${progress.update + 1}: no attempt could be made or judged; see the warnings above.`);
  return usable;
}

export const openTrajectories = (run: TrainingRun<Task>): Promise<JsonlWriter> =>
  openRowsUntil(
    run.path('trajectories.jsonl'),
    ({ training }: TrainedAttempt) => training.update <= run.progress.update,
  );

export function trainedAttempts(
  update: number,
  played: readonly Played[],
  groups: readonly InformativeGroup<Task>[],
): TrainedAttempt[] {
  const taught = new Map(
    groups.flatMap(({ rollouts, advantages }) => rollouts.map((turns, i) => [turns, advantages[i]!])),
  );
  return played.flatMap(({ trajectory, turns, reward }) =>
    trajectory
      ? [{ ...trajectory, training: { update, reward: reward ?? null, advantage: taught.get(turns) ?? null } }]
      : [],
  );
}
