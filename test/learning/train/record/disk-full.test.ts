import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execaSync } from 'execa';
import { expect, test } from 'vitest';
import { readParameters } from '../../../../src/learning/student/checkpoint/parameters.ts';
import { readCheckpoint } from '../../../../src/learning/train/record/checkpoint.ts';
import { smallDisk } from '../../../support/small-disk.ts';
import { farthest } from '../../student/support.ts';
import { trainMethod } from '../methods.ts';
import { smallStudent, trainingBench } from '../support.ts';

test.for(['sft', 'srl'])(
  'a disk that is full during a checkpoint of %s leaves the one before whole, and the run goes on from it',
  async (method, context) => {
    const settings = { method, updates: 4, saveEvery: 2, validationSize: 1, batch: 2, rollouts: 4, maxNewTokens: 4 };
    const whole = await trainingBench(settings);
    const expected = (await trainMethod(whole.options, whole.context)).last;
    const dir = smallDisk(context, '700k'); // for the best student, one checkpoint and a half
    const full = { ...whole.context, run: join(dir, 'run') };
    await expect(trainMethod(whole.options, full)).rejects.toThrow(
      `${full.run}: no space left for the checkpoint of update 4. What was there before is whole: free some disk and run the same command again.`,
    );
    expect((await readdir(full.run)).filter((name) => name.startsWith('checkpoint'))).toEqual(['checkpoint']);
    expect((await readCheckpoint(full.run))!.progress.update).toBe(2);
    execaSync('mount', ['-o', 'remount,size=10m', dir]);
    const { last } = await trainMethod(whole.options, full);
    const { config } = smallStudent();
    expect(farthest(await readParameters(last, config), await readParameters(expected, config))).toBe(0);
  },
);
