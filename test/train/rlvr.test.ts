import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Model } from '../../src/model/model.ts';
import { readParameters } from '../../src/student/files.ts';
import { type AttemptFunction, trainRlvr } from '../../src/train/rlvr.ts';
import { trainSft } from '../../src/train/sft.ts';
import { anInstance } from '../support/instance.ts';
import { smallStudent, trainingBench } from './support.ts';

const words = ['ab', 'cd', 'ef', 'gh'];
const instances = words.map((word) => anInstance({ instance_id: word, problem_statement: `1 ${word}` }));

async function ask(model: Model, content: string): Promise<string> {
  return (await model.query([{ role: 'user', content }])).text;
}

/** Resolved when the student echoes the instance's word. */
const echoes: AttemptFunction = async ({ instance_id, problem_statement }, model) =>
  Number((await ask(model, problem_statement)).includes(`command>${instance_id}<`));

/** A student that has the format and half the words. */
async function warmStudent(): Promise<string> {
  const { options, context } = await trainingBench({ method: 'sft', updates: 14, lr: 1e-2, batch: 8 });
  return (await trainSft(options, context)).last;
}

async function rlvrBench(overrides: Record<string, unknown>, attempt: AttemptFunction) {
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
  return { run: () => trainRlvr(options, { ...context, instances, attempt }), rows, options, context, dir };
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

test('every turn of an attempt is trained on, with the prompt that it answered', async () => {
  const attempt: AttemptFunction = async ({ problem_statement }, model, number) => {
    await ask(model, problem_statement);
    if (number % 2 === 1) await ask(model, 'and again');
    return number === 0 ? 1 : 0;
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
  const attempt: AttemptFunction = async ({ instance_id, problem_statement }, model, number) => {
    await ask(model, problem_statement);
    seen[instance_id] = (seen[instance_id] ?? 0) + 1;
    return number < 2 ? undefined : Number(number === 2);
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
  const attempt: AttemptFunction = async ({ problem_statement }, model, number) => {
    await ask(model, problem_statement);
    return number % 3 === 0 ? 1 : 0;
  };
  const weightsOf = async () => {
    // One attempt at a time: in batches of other sizes sums are rounded differently.
    const { run } = await rlvrBench({ updates: 2, maxNewTokens: 4, attemptJobs: 1 }, attempt);
    return readParameters((await run()).last, smallStudent().config);
  };
  const [first, second] = [await weightsOf(), await weightsOf()];
  expect(second).toEqual(first);
  expect(first).not.toEqual(smallStudent().parameters);
});
