// As a user of the library collects: a scripted teacher on katas that ship, in real containers.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import {
  attemptSchema,
  type CollectRunOptions,
  collectRun,
  loadInstances,
  type Model,
  type RunEvent,
} from '../../../src/index.ts';
import { temporaryFolder } from '../../support/temp.ts';

let ids: string[];
beforeAll(async () => {
  ids = (await loadInstances('katas')).slice(0, 2).map(({ instance_id }) => instance_id);
});

const onKatas = (more: Partial<CollectRunOptions> = {}): CollectRunOptions => ({
  ...{ tasks: ['katas'], id: ids, prompt: 'brief', jobs: 1, judge: false },
  ...more,
});

const attemptsIn = async (run: string) =>
  (await readFile(join(run, 'trajectories.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => attemptSchema.parse(JSON.parse(line)));

describe('collectRun', () => {
  test('gives events, a result and a run folder, and goes on in that folder after an abort', async () => {
    const dir = temporaryFolder();
    const run = join(dir, 'run');
    const stop = new AbortController();
    const events: RunEvent[] = [];
    const onEvent = (event: RunEvent): void => {
      events.push(event);
      if (event.type === 'progress') stop.abort();
    };
    await expect(collectRun(onKatas({ run }), { onEvent, signal: stop.signal })).rejects.toThrow('abort');
    expect(events).toContainEqual({ type: 'stage', name: `collecting with scripted into ${run}`, total: 2 });
    expect((await attemptsIn(run)).map(({ ending }) => ending)).toEqual(['submitted']);

    const out = join(dir, 'out.jsonl');
    const texts: (string | undefined)[] = [];
    const result = await collectRun(onKatas({ run, out }), {
      onEvent: (event) => event.type === 'progress' && texts.push(event.text),
    });
    expect(result).toEqual({
      ...{ trajectories: 2, resolved: 0, endings: { submitted: 2 }, cost_usd: 0, pending: 0, run },
      ...{ kept: 2, out },
    });
    expect(texts).toEqual([
      expect.stringContaining('done before'),
      expect.stringMatching(/: submitted after \d+ steps$/),
    ]);
    expect((await attemptsIn(run)).map(({ instance_id }) => instance_id).sort()).toEqual([...ids].sort());
    expect(parse(await readFile(join(run, 'config.yaml'), 'utf8'))).toMatchObject({
      tasks: ['katas'],
      prompt: 'brief',
    });
  });

  test("takes a teacher of the caller's, by whose name a run is resumed", async () => {
    const run = join(temporaryFolder(), 'run');
    const model: Model = {
      name: 'gives-up',
      settings: {},
      query: async () => ({
        ...{ text: '<function=submit>\n</function>', toolCalls: [], costUsd: 0 },
        usage: { input_tokens: 0, output_tokens: 0, cache_read_tokens: 0, cache_write_tokens: 0 },
      }),
    };
    const teacher = { name: 'mine', open: async () => model };
    const options = onKatas({ run, id: ids.slice(0, 1) });
    expect(await collectRun(options, { teacher })).toMatchObject({ endings: { submitted: 1 }, pending: 0 });
    expect((await attemptsIn(run)).map((attempt) => attempt.model.name)).toEqual(['gives-up']);
    await expect(collectRun(options)).rejects.toThrow('was run with another teacher');
  });

  test('refuses a wrong option, and one that there is not, before anything is written', async () => {
    const run = join(temporaryFolder(), 'run');
    await expect(collectRun(onKatas({ run, jobs: 0 }))).rejects.toThrow(/^`jobs`: expected a whole number/);
    const misspelled = { ...onKatas({ run }), job: 2 };
    await expect(collectRun(misspelled)).rejects.toThrow(/^No option is called `job`\. Known: .*jobs/);
    expect(existsSync(run)).toBe(false);
  });
});
