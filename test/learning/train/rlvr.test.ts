import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Model } from '../../../src/agents/model/model.ts';
import type { Instance } from '../../../src/core/schema/instance.ts';
import { trainedAttemptSchema } from '../../../src/core/schema/trajectory.ts';
import { readParameters } from '../../../src/learning/student/checkpoint/parameters.ts';
import { outcomeReward } from '../../../src/learning/train/policy/attempt-reward.ts';
import { trainRlvr } from '../../../src/learning/train/rlvr.ts';
import type { RunContext } from '../../../src/learning/train/run.ts';
import { trainSft } from '../../../src/learning/train/sft.ts';
import { anInstance } from '../../support/instance.ts';
import { smallDisk } from '../../support/small-disk.ts';
import { aTrajectory } from '../../support/trajectory.ts';
import { smallStudent, trainingBench } from './support.ts';

const words = ['ab', 'cd', 'ef', 'gh'];
const instances = words.map((word) => anInstance({ instance_id: word, problem_statement: `1 ${word}` }));

async function ask(model: Model, content: string): Promise<string> {
  return (await model.query([{ role: 'user', content }])).text;
}

/** What comes of an attempt, `at` of a group of 8; undefined cannot be judged. */
type Play = (instance: Instance, model: Model, at: number) => Promise<boolean | undefined>;

/** Resolved when the student echoes the instance's word. */
const echoes: Play = async ({ instance_id, problem_statement }, model) =>
  (await ask(model, problem_statement)).includes(`command>${instance_id}<`);

/** A student that has the format and half the words. */
async function warmStudent(): Promise<string> {
  const { options, context } = await trainingBench({ method: 'sft', updates: 14, lr: 1e-2, batch: 8 });
  return (await trainSft(options, context)).last;
}

async function rlvrBench(overrides: Record<string, unknown>, play: Play) {
  const { options, context, dir } = await trainingBench({
    ...{ method: 'rlvr', batch: 2, rollouts: 8, maxNewTokens: 40, lr: 3e-3, maxRounds: 20 },
    ...overrides,
  });
  const rows = async (): Promise<Record<string, number>[]> =>
    (await readFile(join(dir, 'run', 'metrics.jsonl'), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter((row) => 'loss' in row);
  const attempt = async (instance: Instance, model: Model, number: number) => {
    const resolved = await play(instance, model, number % options.rollouts);
    const { instance_id } = instance;
    const trajectory = aTrajectory({ instance_id, attempt: number, ...(resolved !== undefined && { resolved }) });
    return { trajectory, reward: outcomeReward(trajectory) };
  };
  const run = (more: Partial<RunContext> = {}) => trainRlvr(options, { ...context, instances, attempt, ...more });
  return { run, rows, options, context, dir };
}

test('what resolves is done more often, and instances that all or none of the attempts resolve are dropped', async () => {
  const { run, rows } = await rlvrBench({ student: await warmStudent(), updates: 12, maxNewTokens: 12 }, echoes);
  await run();
  const logged = await rows();
  const average = (part: typeof logged) => part.reduce((sum, { reward }) => sum + reward!, 0) / part.length;
  expect(average(logged.slice(-4))).toBeGreaterThan(average(logged.slice(0, 4)));
  for (const row of logged) {
    expect(row['rollouts/mean_turns']).toBe(1);
    expect(row['sampling/sampling_logp_difference/max']).toBeLessThan(1e-4);
  }
  expect(logged.some((row) => row['dynamic_sampling/groups_dropped']! > 0)).toBe(true);
});

test('a disk without room for one more attempt stops the run before that is made', async (context) => {
  let made = 0;
  const { run } = await rlvrBench({ updates: 1 }, async () => ++made > 0);
  const dir = smallDisk(context, '1m');
  await expect(run({ run: dir })).rejects.toThrow(`${dir}: no space left for one more attempt.`);
  expect(made).toBe(0);
});

test('every turn of an attempt is trained on, with the prompt that it answered', async () => {
  const attempt: Play = async ({ problem_statement }, model, number) => {
    await ask(model, problem_statement);
    if (number % 2 === 1) await ask(model, 'and again');
    return number === 0;
  };
  const { run, rows } = await rlvrBench({ updates: 1, maxNewTokens: 4 }, attempt);
  await run();
  const [row] = await rows();
  expect(row!['rollouts/mean_turns']).toBe(1.5);
  // The first token's log-probabilities are equal to those of the trainer, turn by turn.
  expect(row!['sampling/sampling_logp_difference/max']).toBeLessThan(1e-4);
  expect(row!.reward).toBe(1 / 8);
});

test('attempts that could not be judged are left out of their group', async () => {
  const seen: Record<string, number> = {};
  const attempt: Play = async ({ instance_id, problem_statement }, model, number) => {
    await ask(model, problem_statement);
    seen[instance_id] = (seen[instance_id] ?? 0) + 1;
    return number < 2 ? undefined : number === 2;
  };
  const { run, rows } = await rlvrBench({ updates: 1, maxNewTokens: 2 }, attempt);
  await run();
  expect((await rows())[0]!.reward).toBeCloseTo(1 / 6, 10);
  expect(Object.values(seen).every((count) => count % 8 === 0)).toBe(true);
});

test('when no attempt could be judged the run stops and says so', async () => {
  const { run } = await rlvrBench({ updates: 1 }, async () => undefined);
  await expect(run()).rejects.toThrow(/^update 1: no attempt could be made or judged/);
});

test('the same seed moves the weights in the same way', async () => {
  const attempt: Play = async ({ problem_statement }, model, number) => {
    await ask(model, problem_statement);
    return number % 3 === 0;
  };
  const weightsOf = async () => {
    // One attempt at a time: in batches of other sizes sums are rounded differently.
    const { run } = await rlvrBench({ updates: 2, maxNewTokens: 4, jobs: 1 }, attempt);
    return readParameters((await run()).last, smallStudent().config);
  };
  const [first, second] = [await weightsOf(), await weightsOf()];
  expect(second).toEqual(first);
  expect(first).not.toEqual(smallStudent().parameters);
});

/** Of `ab` all attempts resolve, of the others some; that of the last cannot be judged. */
const mixed: Play = async ({ instance_id, problem_statement }, model, at) => {
  await ask(model, problem_statement);
  return at === 7 ? undefined : instance_id === 'ab' || at % 3 === 0;
};

const keptBy = async (dir: string) =>
  (await readFile(join(dir, 'run', 'trajectories.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => trainedAttemptSchema.parse(JSON.parse(line)));

test('every attempt is kept as a trajectory, with its reward and the advantage that it was trained on by', async () => {
  const { run, rows, dir } = await rlvrBench({ updates: 1, batch: 3, maxNewTokens: 2 }, mixed);
  await run();
  const kept = await keptBy(dir);
  const [row] = await rows();
  expect(kept).toHaveLength(8 * row!['dynamic_sampling/groups_drawn']!);
  expect(new Set(kept.map(({ trajectory_id }) => trajectory_id)).size).toBe(kept.length);
  for (const { instance_id, attempt, resolved, training } of kept) {
    const isJudged = attempt % 8 !== 7;
    expect(training.reward).toBe(isJudged ? Number(resolved) : null);
    if (!isJudged || instance_id === 'ab') expect(training.advantage).toBeNull();
  }
  // Three of seven: (1 − 3/7) and (0 − 3/7) by the std of the group.
  const taught = kept.filter(({ training }) => training.advantage !== null);
  expect(taught).toHaveLength(3 * 7);
  for (const { training } of taught) expect(training.advantage).toBeCloseTo(training.reward ? 1.069 : -0.8018, 3);
});

test('a run that goes on after it was killed keeps no attempt twice', async () => {
  let asked = 0;
  const dying: Play = async (instance, model, at) => {
    if (asked++ === 2 * 8 * 2 + 3) throw new Error('killed');
    return mixed(instance, model, at);
  };
  const { run, dir } = await rlvrBench({ updates: 3, maxNewTokens: 2, maxRounds: 1, saveEvery: 1 }, dying);
  await expect(run()).rejects.toThrow('killed');
  const before = await keptBy(dir);
  // As if it had been killed later: a whole row and half of one of an update that is made again.
  const file = join(dir, 'run', 'trajectories.jsonl');
  const row = JSON.stringify({ ...before[0], training: { ...before[0]!.training, update: 3 } });
  await appendFile(file, `${row}\n${row.slice(0, 40)}`);
  await run();
  const kept = await keptBy(dir);
  expect(kept.slice(0, before.length)).toEqual(before);
  expect(new Set(kept.map(({ trajectory_id }) => trajectory_id)).size).toBe(kept.length);
  expect([...new Set(kept.map(({ training }) => training.update))]).toEqual([1, 2, 3]);
});
