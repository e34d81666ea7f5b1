// TensorBoard itself reads the files.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import type { Metrics } from '../../../../src/learning/train/record/metrics.ts';
import { trainSft } from '../../../../src/learning/train/sft.ts';
import { testPython } from '../../../support/python.ts';
import { trainingBench } from '../support.ts';

const reader = testPython();
if ('why' in reader) console.warn(`TensorBoard does not read the event files: ${reader.why}`);
const python = 'python' in reader ? reader.python : undefined;

test.skipIf(python === undefined)(
  'TensorBoard reads what metrics.jsonl holds, each update once after a kill',
  async () => {
    const { options, context, dir } = await trainingBench({
      method: 'sft',
      updates: 3,
      validateEvery: 1,
      saveEvery: 2,
    });
    const dies = (event: { type: string; text?: string }) => {
      if (event.text?.startsWith('update 3/3')) throw new Error('killed');
    };
    await expect(trainSft(options, { ...context, emit: dies })).rejects.toThrow('killed');
    await trainSft(options, context);

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
