// As a user of the library trains.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { planTraining, type RunEvent, srlReward, type TrainRunOptions, trainRun } from '../../../src/index.ts';
import { rowsOf, trainingBench } from './support.ts';

async function aRun(more: Partial<TrainRunOptions> = {}): Promise<{ dir: string; options: TrainRunOptions }> {
  const { dir, options } = await trainingBench({ method: 'sft' });
  const { steps, student } = options;
  const small = { updates: 2, batch: 4, maxNewTokens: 12, workers: 0, backend: 'wasm' as const };
  return { dir, options: { method: 'sft', steps, student, run: join(dir, 'run'), ...small, ...more } };
}

describe('trainRun', () => {
  test('gives events, a result and a run folder, and goes on in that folder after an abort', async () => {
    const { dir, options } = await aRun();
    const stop = new AbortController();
    const events: RunEvent[] = [];
    const onEvent = (event: RunEvent): void => {
      events.push(event);
      if (event.type === 'note' && event.text.startsWith('update 1/2')) stop.abort();
    };
    await expect(trainRun(options, { onEvent, signal: stop.signal })).rejects.toThrow('abort');
    expect(events).toContainEqual({ type: 'stage', name: expect.stringMatching(/^sft of \d+ parameters/) });

    const stages: string[] = [];
    const result = await trainRun(options, {
      onEvent: (event) => event.type === 'stage' && stages.push(event.name),
    });
    expect(stages).toEqual([expect.stringContaining('from update 1')]);
    expect(result).toMatchObject({ method: 'sft', updates: 2, ending: 'complete', last: join(dir, 'run/checkpoint') });
    expect(existsSync(join(result.student, 'model.safetensors'))).toBe(true);
    expect(parse(await readFile(join(dir, 'run/config.yaml'), 'utf8'))).toMatchObject({ method: 'sft', updates: 2 });
  });

  test('trains once more on what came out, by other options', async () => {
    // biome-ignore lint/suspicious/noThenProperty: the option's name
    const { dir, options } = await aRun({ updates: 1, then: { method: 'srl', rollouts: 2, updates: 1 } });
    const result = await trainRun(options);
    expect(result).toMatchObject({ method: 'srl', last: join(dir, 'run/then/checkpoint') });
  });

  test('rewards completions by a function of the caller', async () => {
    const { dir, options } = await aRun({ method: 'srl', rollouts: 2, updates: 1, validationSize: 1 });
    const seen: string[] = [];
    await trainRun(options, {
      reward(text, expert) {
        seen.push(expert);
        return { ...srlReward(text, expert), reward: seen.length };
      },
    });
    expect(seen.length).toBeGreaterThan(8);
    const rewards = (await rowsOf(dir)).map((row) => row.reward ?? row['eval/reward']!);
    expect(Math.max(...rewards)).toBeGreaterThan(1);
  });

  test('refuses a wrong option, a wrong second run and a reward that TRL would not call, before anything is written', async () => {
    const { dir, options } = await aRun();
    await expect(trainRun({ ...options, batch: 0 })).rejects.toThrow(/^`batch`: expected a whole number/);
    // biome-ignore lint/suspicious/noThenProperty: the option's name
    const twice = { ...options, then: { method: 'srl' as const, rollouts: 1 } };
    await expect(trainRun(twice)).rejects.toThrow('at least 2 rollouts');
    const onTrl = { ...options, method: 'srl' as const, engine: 'trl' as const };
    await expect(trainRun(onTrl, { reward: srlReward })).rejects.toThrow(/^`reward`: .*`engine` "trl"/);
    expect(existsSync(join(dir, 'run'))).toBe(false);
  });
});

test('planTraining gives the memory that a run takes, and starts none', async () => {
  const { dir, options } = await aRun();
  const { total, limits, rows } = await planTraining(options);
  expect(rows.map(({ what }) => what)).toContain('activations');
  expect(total).toBeLessThan(limits.total);
  expect(existsSync(join(dir, 'run'))).toBe(false);
});
