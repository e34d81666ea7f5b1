// What the machine does to a training run changes nothing of what it comes to.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { readParameters } from '../../../src/learning/student/checkpoint/parameters.ts';
import { startScript } from '../../support/process.ts';
import { farthest } from '../student/support.ts';
import { trainMethod } from './methods.ts';
import { rowsOf, smallStudent, trainingBench } from './support.ts';

const DAY_MS = 86_400_000;

describe.each(['sft', 'srl', 'rlvr'])('a run of %s', (method) => {
  const settings = {
    method,
    updates: 4,
    saveEvery: 2,
    batch: 2,
    rollouts: 4,
    maxNewTokens: 4,
    jobs: 1,
    validationSize: 1,
  };
  const weights = async (last: string) => readParameters(last, smallStudent().config);

  test('that is killed goes on from its checkpoint to the same student, and logs no update and no attempt twice', async () => {
    const whole = await trainingBench(settings);
    const expected = await trainMethod(whole.options, whole.context);
    const killed = await trainingBench(settings);
    const run = join(killed.dir, 'run');
    const job = join(killed.dir, 'job.json');
    writeFileSync(job, JSON.stringify({ options: whole.options, run }));
    const program = startScript(join(import.meta.dirname, 'kill-train.ts'), job);
    while (!(await program.line())?.startsWith('update 3/4')); // in its checkpoint are two
    await program.kill();
    const result = await trainMethod(whole.options, { ...killed.context, run });
    expect(farthest(await weights(result.last), await weights(expected.last))).toBe(0);
    expect((await rowsOf(killed.dir)).flatMap(({ update, loss }) => (loss === undefined ? [] : [update]))).toEqual([
      1, 2, 3, 4,
    ]);
    if (method !== 'rlvr') return;
    const ids = (await rowsOf(killed.dir, 'trajectories.jsonl')).map(({ trajectory_id }) => trajectory_id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual((await rowsOf(whole.dir, 'trajectories.jsonl')).map(({ trajectory_id }) => trajectory_id));
  });

  test('whose clock is set a day forward, then two back, comes to the same student', async () => {
    const whole = await trainingBench(settings);
    const expected = await trainMethod(whole.options, whole.context);
    onTestFinished(() => void vi.useRealTimers());
    vi.useFakeTimers({ toFake: ['Date'] });
    const moved = await trainingBench(settings);
    const emit = (event: { type: string; text?: string }) => {
      if (event.text?.startsWith('update 1/4')) vi.setSystemTime(Date.now() + DAY_MS);
      if (event.text?.startsWith('update 3/4')) vi.setSystemTime(Date.now() - 2 * DAY_MS);
    };
    const result = await trainMethod(whole.options, { ...moved.context, emit });
    expect(result.updates).toBe(4);
    expect(farthest(await weights(result.last), await weights(expected.last))).toBe(0);
  });
});
