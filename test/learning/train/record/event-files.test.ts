// On the `tensorflow` backend, where it is set up: TensorFlow writes the files and TensorBoard itself reads them.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import type { Metrics } from '../../../../src/learning/train/record/metrics.ts';
import { trainSft } from '../../../../src/learning/train/sft.ts';
import { testPython } from '../../../support/python.ts';
import { tensorflow } from '../../student/backend/backends.ts';
import { trainingBench } from '../support.ts';

const reader = tensorflow.usable ? testPython() : undefined;
if (reader && 'why' in reader) console.warn(`TensorBoard does not read the event files: ${reader.why}`);
const python = reader && 'python' in reader ? reader.python : undefined;

test.skipIf(python === undefined)(
  'TensorBoard reads what metrics.jsonl holds, each update once after a kill',
  async () => {
    const { options, context, dir } = await trainingBench({
      ...{ method: 'sft', updates: 3, validateEvery: 1, saveEvery: 2 },
      backend: 'tensorflow',
    });
    const dies = (event: { type: string; text?: string }) => {
      if (event.text?.startsWith('update 3/3')) throw new Error('killed');
    };
    await expect(trainSft(options, { ...context, emit: dies })).rejects.toThrow('killed');
    const { numTensors } = tf.memory();
    await trainSft(options, context);
    expect(tf.memory().numTensors).toBe(numTensors);

    const rows = (await readFile(join(dir, 'run', 'metrics.jsonl'), 'utf8')).trim().split('\n');
    const logged = rows.map((row): Metrics => JSON.parse(row));
    const expected = logged.flatMap(({ update, ...values }) =>
      Object.entries(values).map(([tag, value]) => [tag, update, Math.fround(value)]),
    );
    const { stdout } = await execa(python!, [
      join(import.meta.dirname, 'event-files.py'),
      join(dir, 'run', 'tensorboard'),
    ]);
    expect(JSON.parse(stdout)).toEqual(expected);
    expect(logged.map(({ update }) => update)).toEqual([0, 1, 1, 2, 2, 3, 3]); // 0: the student at the start
  },
  120_000,
);

test('on another backend a run has none', async () => {
  const { options, context, dir } = await trainingBench({ method: 'sft', updates: 1, validationSize: 1 });
  await trainSft(options, context);
  expect(existsSync(join(dir, 'run', 'tensorboard'))).toBe(false);
});
