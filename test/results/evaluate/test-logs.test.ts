import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { RunEvent } from '../../../src/core/run/events.ts';
import { openRun } from '../../../src/core/run/run-dir.ts';
import { openTestLogs } from '../../../src/results/evaluate/test-logs.ts';
import { anInstance } from '../../support/instance.ts';
import { temporaryFolder } from '../../support/temp.ts';

const LIMITS = { total: 1000, shortened: 100 };
const instance = (instance_id: string) => anInstance({ instance_id });

test('test logs are whole until their sum reaches its limit, then shortened, which is said once', async () => {
  await using run = await openRun({ command: 'score', config: {}, dir: temporaryFolder() });
  const events: RunEvent[] = [];
  const write = await openTestLogs(run, (event) => void events.push(event), LIMITS);
  const logOf = (id: string): string => readFileSync(run.path('logs', id, 'test_output.txt'), 'utf8');
  await write(instance('a'), 'a'.repeat(600));
  await write(instance('b'), 'b'.repeat(300));
  expect(events).toEqual([]);
  for (const id of ['c', 'd']) await write(instance(id), `begin${'c'.repeat(500)}end`);
  expect(logOf('a')).toHaveLength(600);
  for (const id of ['c', 'd']) expect(logOf(id)).toMatch(/^beginc{45}\n\[… 408 bytes cut …\]\nc{47}end$/);
  await write(instance('e'), 'short');
  expect(logOf('e')).toBe('short');
  expect(events).toMatchObject([
    {
      type: 'warn',
      text: expect.stringMatching(/logs: the test logs of this run have reached 1000 bytes; .*first: c/),
    },
  ]);
});

test('logs of an earlier part of the run count, and one that is written again counts once', async () => {
  await using run = await openRun({ command: 'score', config: {}, dir: temporaryFolder() });
  const first = await openTestLogs(run, undefined, LIMITS);
  for (let times = 0; times < 3; times++) await first(instance('a'), 'a'.repeat(900));
  const resumed = await openTestLogs(run, undefined, LIMITS);
  await resumed(instance('b'), 'b'.repeat(200));
  const length = (id: string): number => readFileSync(run.path('logs', id, 'test_output.txt'), 'utf8').length;
  expect([length('a'), length('b') < 200]).toEqual([900, true]);
});
