// The store outlives kills and failures; loading finds every file and the newest line of every attempt.
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { RunEvent } from '../../../src/core/run/events.ts';
import { loadTrajectories, loadTrajectoryFiles, saveTrajectories } from '../../../src/data/trajectory/load.ts';
import { idOf, openStore } from '../../../src/data/trajectory/store.ts';
import { temporaryFolder } from '../../support/temp.ts';
import { aTrajectory } from '../../support/trajectory.ts';

const storeFile = async () => join(temporaryFolder(), 'trajectories.jsonl');

test('a finished attempt is done when the store is opened again', async () => {
  const path = await storeFile();
  const trajectory = aTrajectory();
  {
    await using store = await openStore(path);
    expect(store.isDone(idOf(trajectory))).toBe(false);
    await store.append(trajectory);
    expect(store.isDone(idOf(trajectory))).toBe(true);
  }
  await using again = await openStore(path);
  expect(again.isDone(idOf(trajectory))).toBe(true);
  expect(again.all()).toEqual([trajectory]);
});

test.each(['attempt', 'model', 'configHash', 'instanceId'] as const)('another %s is another attempt', async (part) => {
  await using store = await openStore(await storeFile());
  await store.append(aTrajectory());
  const id = idOf(aTrajectory());
  expect(store.isDone({ ...id, [part]: part === 'attempt' ? 1 : 'other' })).toBe(false);
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
  expect(store.isDone(idOf(aTrajectory()))).toBe(isDone);
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

test('half a line that a killed run left is owed again and does not spoil the next', async () => {
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
    expect(store.isDone(idOf(aTrajectory({ instance_id: 'toy__2' })))).toBe(false);
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

test('a line that is whole but wrong is named', async () => {
  const path = await storeFile();
  await writeFile(path, `${JSON.stringify({ ...aTrajectory(), ending: 'tired' })}\n`);
  await expect(openStore(path)).rejects.toThrow(/trajectories.jsonl:1: `ending`: /);
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

test('nothing to load says so', async () => {
  await expect(loadTrajectories(['/no/such/place'])).rejects.toThrow(/\/no\/such\/place: no such file/);
  const empty = temporaryFolder();
  await expect(loadTrajectories([empty])).rejects.toThrow(/there is no JSON and no Parquet in it/);
});
