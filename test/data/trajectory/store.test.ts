// The store outlives kills and failures; loading finds every file and the newest line of every attempt.
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../../src/core/run/events.ts';
import { fitRow } from '../../../src/data/trajectory/fit-row.ts';
import { loadTrajectories, loadTrajectoryFiles, saveTrajectories } from '../../../src/data/trajectory/load.ts';
import { idOf, openStore } from '../../../src/data/trajectory/store.ts';
import { temporaryFolder } from '../../support/temp.ts';
import { aTrajectory, bashStep } from '../../support/trajectory.ts';

const storeFile = async () => join(temporaryFolder(), 'trajectories.jsonl');

test('a finished attempt is done when the store is opened again', async () => {
  const path = await storeFile();
  const trajectory = aTrajectory();
  {
    await using store = await openStore(path);
    expect(store.find(idOf(trajectory))).toBeUndefined();
    await store.append(trajectory);
    expect(store.find(idOf(trajectory))).toEqual(trajectory);
  }
  await using again = await openStore(path);
  expect(again.find(idOf(trajectory))).toEqual(trajectory);
  expect(again.all()).toEqual([trajectory]);
});

test.each(['attempt', 'model', 'configHash', 'instanceId'] as const)('another %s is another attempt', async (part) => {
  await using store = await openStore(await storeFile());
  await store.append(aTrajectory());
  const id = idOf(aTrajectory());
  expect(store.find({ ...id, [part]: part === 'attempt' ? 1 : 'other' })).toBeUndefined();
});

test.each([
  ['submitted', true],
  ['step_limit', true],
  ['format_error', true],
  ['sandbox_error', false],
  ['model_error', false],
  ['cancelled', false],
] as const)('an attempt that ended by %s: done = %s', async (ending, isDone) => {
  await using store = await openStore(await storeFile());
  await store.append(aTrajectory({ ending }));
  expect(store.find(idOf(aTrajectory())) !== undefined).toBe(isDone);
});

test('the cost is that of all attempts, those that were made again included', async () => {
  const path = await storeFile();
  const costing = (cost_usd: number, ending: 'model_error' | 'submitted') => {
    const attempt = aTrajectory({ ending });
    return { ...attempt, totals: { ...attempt.totals, cost_usd } };
  };
  {
    await using store = await openStore(path);
    await store.append(costing(0.5, 'model_error'));
    await store.append(costing(0.25, 'submitted'));
    expect(store.all()).toHaveLength(1);
    expect(store.costUsd()).toBe(0.75);
  }
  await using again = await openStore(path);
  expect(again.costUsd()).toBe(0.75);
});

test('the newer line stands for an attempt that was made again', async () => {
  const path = await storeFile();
  {
    await using store = await openStore(path);
    await store.append(aTrajectory({ ending: 'model_error' }));
    await store.append(aTrajectory({ instance_id: 'toy__2' }));
    await store.append(aTrajectory({ ending: 'submitted' }));
    expect(store.all().map(({ instance_id, ending }) => [instance_id, ending])).toEqual([
      ['toy__1', 'submitted'],
      ['toy__2', 'submitted'],
    ]);
  }
  expect((await loadTrajectories([path])).map(({ ending }) => ending)).toEqual(['submitted', 'submitted']);
});

test('half a line that a killed run left is to be made again and does not spoil the next', async () => {
  const path = await storeFile();
  {
    await using store = await openStore(path);
    await store.append(aTrajectory());
  }
  const torn = JSON.stringify(aTrajectory({ instance_id: 'toy__2' }));
  await appendFile(path, torn.slice(0, torn.length / 2));
  const said: RunEvent[] = [];
  expect(await loadTrajectories([path], (event) => said.push(event))).toHaveLength(1);
  expect(said).toMatchObject([
    { type: 'warn', text: expect.stringMatching(/torn in half and left out; the 1 before/) },
  ]);
  {
    await using store = await openStore(path);
    expect(store.find(idOf(aTrajectory({ instance_id: 'toy__2' })))).toBeUndefined();
    await store.append(aTrajectory({ instance_id: 'toy__2' }));
  }
  expect((await loadTrajectories([path])).map(({ instance_id }) => instance_id)).toEqual(['toy__1', 'toy__2']);
});

test('rows that cannot be read are handed over beside the others to whoever can do without them', async () => {
  const path = join(temporaryFolder(), 'rows.jsonl');
  await writeFile(path, `${JSON.stringify(aTrajectory())}\n{"half":\n`);
  const [file] = await loadTrajectoryFiles([path]);
  expect(file).toMatchObject({ trajectories: [aTrajectory()], bad: [{ line: 2 }] });
  await expect(loadTrajectories([path])).rejects.toThrow(`${path}:2: not JSON`);
});

test('a line that is whole but wrong is rejected, and holds up none of the others', async () => {
  const path = await storeFile();
  const rows = [{ ...aTrajectory(), ending: 'tired' }, aTrajectory({ instance_id: 'toy__2' })];
  await writeFile(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const warned: string[] = [];
  await using store = await openStore(path, (event) => void (event.type === 'warn' && warned.push(event.text)));
  expect(store.all().map(({ instance_id }) => instance_id)).toEqual(['toy__2']);
  expect(store.find(idOf(aTrajectory()))).toBeUndefined();
  expect(warned).toEqual([expect.stringMatching(/1 of 2 rows cannot be read and are done again \(line 1: `ending`: /)]);
});

describe('an attempt whose row would be too long to be read', () => {
  const step = bashStep('make', 'short', { raw_output: 'x'.repeat(3000) });
  const patch = '+'.repeat(5000);

  test('is recorded without its patch, and says so', () => {
    const attempt = fitRow(aTrajectory({ steps: [step], patch }), 6000);
    expect(attempt).toMatchObject({ ending: 'patch_too_large', patch: '', steps: [step] });
    expect(attempt.error).toMatch(/the patch takes 5002 bytes of a row of \d+, rows have up to 6000: it is left out/);
  });

  test('is recorded without what its commands printed beyond what was shown, where that is too much', () => {
    const attempt = fitRow(aTrajectory({ steps: [step, step, step], patch: 'small' }), 6000);
    expect(attempt).toMatchObject({ ending: 'submitted', patch: 'small' });
    expect(attempt.steps.map(({ raw_output, truncated }) => [raw_output, truncated])).toEqual([
      ...Array.from({ length: 3 }, () => [undefined, true]),
    ]);
  });

  test('keeps the ending for which it is made again', () => {
    expect(fitRow(aTrajectory({ ending: 'model_error', patch }), 6000)).toMatchObject({
      ending: 'model_error',
      patch: '',
    });
  });

  test('and one that fits stays as it is', () => {
    const attempt = aTrajectory({ patch });
    expect(fitRow(attempt)).toBe(attempt);
  });
});

test('folders are read in order of names, compressed files too', async () => {
  const dir = temporaryFolder();
  await mkdir(join(dir, 'deep'));
  await saveTrajectories(join(dir, 'b.jsonl.gz'), [aTrajectory({ instance_id: 'b' })]);
  await saveTrajectories(join(dir, 'a.jsonl'), [aTrajectory({ instance_id: 'a' })]);
  await saveTrajectories(join(dir, 'deep', 'c.jsonl'), [aTrajectory({ instance_id: 'c' })]);
  await writeFile(join(dir, 'notes.md'), 'not one of them');
  const files = await loadTrajectoryFiles([dir]);
  expect(files.map(({ trajectories }) => trajectories[0]!.instance_id)).toEqual(['a', 'b', 'c']);
  const zipped = gunzipSync(await readFile(join(dir, 'b.jsonl.gz'))).toString();
  expect(zipped.endsWith('\n')).toBe(true);
});

test('files without a single trajectory are no files of trajectories', async () => {
  const dir = temporaryFolder();
  const torn = join(dir, 'torn.jsonl');
  await writeFile(torn, '{"half":');
  await expect(loadTrajectoryFiles([torn])).rejects.toThrow(`${torn}: no file there has trajectories in it`);
  await writeFile(torn, '{"half":\n');
  await expect(loadTrajectoryFiles([torn])).rejects.toThrow(`${torn}:1: not JSON`);
  await writeFile(torn, '{"resolved": true}');
  await expect(loadTrajectoryFiles([dir])).rejects.toThrow(`${dir}: no file there has trajectories in it`);
});

test('earlier rows of an attempt that are left out are counted', async () => {
  const path = join(temporaryFolder(), 'rows.jsonl');
  await writeFile(path, `${JSON.stringify(aTrajectory())}\n`.repeat(3));
  const notes: string[] = [];
  const [file] = await loadTrajectoryFiles([path], (event) => void (event.type === 'note' && notes.push(event.text)));
  expect(file!.trajectories).toHaveLength(1);
  expect(notes).toEqual([`${path}: 2 rows left out, since later ones are the same attempts`]);
});

test('nothing to load says so', async () => {
  await expect(loadTrajectories(['/no/such/place'])).rejects.toThrow(/\/no\/such\/place: no such file/);
  const empty = temporaryFolder();
  await expect(loadTrajectories([empty])).rejects.toThrow(/there is no JSON and no Parquet in it/);
});
