// Reinforcement learning with verifiable rewards (RLVR): the student attempts whole instances in sandboxes; an attempt that resolves its
// instance is rewarded with 1, any other with 0, and every token that it wrote is moved by its attempt's advantage. Other rewards of
// attempts: attempt-reward.ts.
//
//   stepwright train --method rlvr --tasks katas --student runs/srl/best --updates 20 --batch 4 --rollouts 8 --lr 1e-4
import type { Model } from '../model/model.ts';
import { mapPool } from '../run/pool.ts';
import { ConfigError } from '../schema/errors.ts';
import type { Instance } from '../schema/instance.ts';
import type { Copy } from '../student/copies.ts';
import { type Ask, gatherQueries } from '../student/gather.ts';
import { createStudentModel } from '../student/model.ts';
import { type Group, sampleGroups, type Turn } from './groups.ts';
import type { TrainOptions } from './options.ts';
import { policyUpdate } from './policy-update.ts';
import { openTrainingRun, type RunContext, type TrainingRun, type TrainResult } from './run.ts';

/** Lets the model attempt the instance: the attempt's reward, or undefined when that could not be found out. */
export type AttemptFunction = (instance: Instance, model: Model, attempt: number) => Promise<number | undefined>;

export interface RlvrContext extends RunContext {
  instances: readonly Instance[];
  /** Called for `--attempt-jobs` attempts at once. */
  attempt: AttemptFunction;
}

type Task = { instance: Instance };

export async function trainRlvr(options: TrainOptions, context: RlvrContext): Promise<TrainResult> {
  await using run = await openTrainingRun(options, context, () => context.instances.map((instance) => ({ instance })));
  const ask = askEngine(run);
  while (!run.isDone()) {
    const started = performance.now();

    // Attempts, until the batch is full of instances that were resolved by some and not by others.
    const play = (tasks: readonly Task[], first: number) => attemptAll(run, ask, tasks, first, context);
    const { groups, counts } = await sampleGroups(run, play);
    const sampled = performance.now();

    // Step.
    const update = await policyUpdate(run, groups, options.stepLimit * options.maxNewTokens);

    // Log, validate, save.
    const seconds = (performance.now() - started) / 1000;
    const attempts = groups.flatMap(({ rollouts }) => rollouts);
    await run.finishUpdate({
      ...update,
      ...counts,
      'rollouts/mean_turns': attempts.reduce((sum, turns) => sum + turns.length, 0) / attempts.length,
      step_time: seconds,
      'step_time/rollouts': (sampled - started) / 1000,
      tokens_per_second: update.num_tokens / seconds,
    });
  }
  // Awaited here: the engine goes when this function returns.
  return await run.finish();
}

/** The engine answers what the attempts under way ask, batch by batch. */
function askEngine({ engine, options, sampling }: TrainingRun<Task>): Ask {
  const copy: Pick<Copy, 'answer'> = {
    answer: async (queries) => {
      const prompts = queries.map(({ prompt }) => prompt);
      const streams = queries.map(({ stream }) => stream);
      const answers = await engine.rollouts({ ...sampling, prompts, streams, group: 1 });
      return answers.map(([answer]) => answer!);
    },
  };
  return gatherQueries([copy], options);
}

async function attemptAll(
  run: TrainingRun<Task>,
  ask: Ask,
  tasks: readonly Task[],
  first: number,
  { attempt, signal }: RlvrContext,
): Promise<Group<Task>[]> {
  const { options, student } = run;
  const groups = tasks.map((item): Group<Task> => ({ item, rollouts: [], rewards: [] }));
  const places = tasks.flatMap((_, i) => Array.from({ length: options.rollouts }, (_, at) => ({ i, at })));
  const play = async ({ i, at }: { i: number; at: number }): Promise<{ turns: Turn[]; reward: number | undefined }> => {
    const turns: Turn[] = [];
    const model = createStudentModel(student, ask, {
      ...options,
      name: 'student',
      seed: `${options.seed}/rollout/${first + i}/${at}`,
      onAnswer: (prompt, answer) => turns.push({ prompt, answer }),
    });
    return { reward: await attempt(tasks[i]!.instance, model, at), turns };
  };
  const played = await mapPool(places, options.attemptJobs, play, { signal });
  played.forEach(({ turns, reward }, at) => {
    if (reward === undefined || turns.length === 0) return;
    const group = groups[places[at]!.i]!;
    group.rollouts.push(turns);
    group.rewards.push(reward);
  });
  const usable = groups.filter(({ rollouts }) => rollouts.length > 1);
  if (usable.length === 0)
    throw new ConfigError(
      `update ${run.progress.update + 1}: no attempt could be made or judged; see the warnings above.`,
    );
  return usable;
}
