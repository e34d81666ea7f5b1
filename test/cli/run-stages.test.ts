import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runStages, secondsOfWork, stage } from '../../src/cli/run-stages.ts';
import { silent } from '../../src/core/run/events.ts';
import { openRun } from '../../src/core/run/run-dir.ts';
import { temporaryFolder } from '../support/temp.ts';

const stages = ['first', 'second'].map((name) => stage(name, `tasks ${name}`));

/** Runs the stages in a folder; gives those that ran. */
async function runIn(dir: string, exitCode = (_stage: string) => 0): Promise<string[]> {
  const ran: string[] = [];
  await using run = await openRun({ command: 'quickstart', config: {}, dir });
  const runCommand = async ([, name]: readonly string[]) => {
    ran.push(name!);
    return exitCode(name!);
  };
  await runStages(run, stages, { emit: silent, runCommand });
  return ran;
}

test('a stage that is done is not done again, and one that failed stops those after it', async () => {
  const dir = temporaryFolder();
  expect(await runIn(dir, (name) => (name === 'second' ? 1 : 0))).toEqual(['first', 'second']);
  expect(await runIn(dir)).toEqual(['second']);
  expect(await runIn(dir)).toEqual([]);
});

test.each(['', '{"first": 1', '[]', '{"first": "long"}'])('stages.json of %j counts nothing as done', async (torn) => {
  const dir = temporaryFolder();
  await runIn(dir);
  writeFileSync(join(dir, 'stages.json'), torn);
  {
    await using run = await openRun({ command: 'quickstart', config: {}, dir });
    expect(await secondsOfWork(run)).toBe(0);
  }
  expect(await runIn(dir)).toEqual(['first', 'second']);
});
