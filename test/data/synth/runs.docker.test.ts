// As a user of the library makes an instance: a bug planted in a function of the katas, and proved, in real containers.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadInstances, type RunEvent, synthRun, validateRun } from '../../../src/index.ts';
import { temporaryFolder } from '../../support/temp.ts';

const rowsIn = async (path: string): Promise<string[]> => (await readFile(path, 'utf8')).trim().split('\n');

test('a bug that the tests notice becomes a suite, whose instance is proved, once', async () => {
  const dir = temporaryFolder();
  const [suite, run] = [join(dir, 'suite'), join(dir, 'synth')];
  const events: RunEvent[] = [];
  const onEvent = (event: RunEvent): void => void events.push(event);
  const made = await synthRun({ env: ['katas'], suite: 'mine', out: suite, count: 1, run }, { onEvent });
  expect(made).toEqual({ instances: await loadInstances(suite), out: suite, run });
  expect(events).toContainEqual({ type: 'stage', name: expect.stringMatching(/^katas /), total: 1 });
  expect((await rowsIn(join(run, 'tried.jsonl'))).length).toBeGreaterThan(0);

  const validate = { sources: [suite], run: join(dir, 'validate') };
  const report = { total: 1, valid: 1, invalid: [], pending: [], run: validate.run };
  expect(await validateRun(validate, { onEvent })).toEqual(report);
  expect(events.at(-1)).toEqual({ type: 'progress', done: 1, total: 1, text: 'validated' });
  const proved = await rowsIn(join(validate.run, 'validations.jsonl'));
  expect(await validateRun(validate)).toEqual(report);
  expect(await rowsIn(join(validate.run, 'validations.jsonl'))).toEqual(proved);
  await expect(validateRun(validate, { signal: AbortSignal.abort() })).rejects.toThrow('abort');
});
