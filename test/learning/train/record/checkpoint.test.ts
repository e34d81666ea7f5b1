import { cpSync, existsSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { trainedParameters } from '../../../../src/learning/student/checkpoint/files.ts';
import { adamwState } from '../../../../src/learning/train/math/adamw.ts';
import { newProgress, readCheckpoint, writeCheckpoint } from '../../../../src/learning/train/record/checkpoint.ts';
import { temporaryFolder } from '../../../support/temp.ts';
import { smallStudent } from '../support.ts';

/** A checkpoint whose every number says which update it is of. */
function checkpointOf(update: number) {
  const student = smallStudent();
  const optimizer = { ...adamwState(student.parameters.length), step: update };
  student.parameters.fill(update);
  optimizer.first.fill(update);
  return { student, optimizer, progress: { ...newProgress(), update } };
}

/** What is read of a run folder, by its update in every part; undefined when there is nothing. */
async function updateOf(dir: string): Promise<number | undefined> {
  const read = await readCheckpoint(dir);
  if (read === undefined) return undefined;
  const { student, optimizer, progress } = read;
  const parts = [progress.update, optimizer.step, trainedParameters(student)[0], optimizer.first[0]];
  expect(new Set(parts).size).toBe(1);
  return progress.update;
}

/** A run folder with the checkpoint of update 2, and that of update 1 as `checkpoint.old` or `checkpoint.new`. */
async function folderWith(beside: 'old' | 'new'): Promise<{ dir: string; newest: string }> {
  const dir = temporaryFolder();
  const newest = join(dir, 'checkpoint');
  await writeCheckpoint(dir, checkpointOf(1));
  cpSync(newest, join(dir, 'kept'), { recursive: true });
  await writeCheckpoint(dir, checkpointOf(2));
  expect(existsSync(`${newest}.old`)).toBe(false);
  cpSync(join(dir, 'kept'), `${newest}.${beside}`, { recursive: true });
  return { dir, newest };
}

test.each(['old', 'new'] as const)('a whole checkpoint goes before the one in checkpoint.%s', async (beside) => {
  expect(await updateOf((await folderWith(beside)).dir)).toBe(2);
});

test.each([
  { beside: 'old', bytes: 0 },
  { beside: 'old', bytes: 40 },
  { beside: 'new', bytes: 0 },
] as const)('with $bytes bytes of its trainer_state.json, checkpoint.$beside is read', async ({ beside, bytes }) => {
  const { dir, newest } = await folderWith(beside);
  truncateSync(join(newest, 'trainer_state.json'), bytes);
  expect(await updateOf(dir)).toBe(1);
  await writeCheckpoint(dir, checkpointOf(3));
  expect(await updateOf(dir)).toBe(3);
});

test('a folder of which nothing is whole has no checkpoint', async () => {
  const { dir, newest } = await folderWith('old');
  for (const folder of [newest, `${newest}.old`]) truncateSync(join(folder, 'trainer_state.json'), 0);
  expect(await updateOf(dir)).toBeUndefined();
  rmSync(newest, { recursive: true });
  expect(await updateOf(dir)).toBeUndefined();
});
