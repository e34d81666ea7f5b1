import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { quickstartCommand } from '../../../src/cli/commands/quickstart.ts';
import { resolveOptions } from '../../../src/cli/options/command.ts';
import { openRun } from '../../../src/core/run/run-dir.ts';
import { temporaryFolder } from '../../support/temp.ts';

/** A folder of its own to be in, with `runs/` in it. */
function enterFolder(): string {
  const [before, dir] = [process.cwd(), temporaryFolder()];
  mkdirSync(join(dir, 'runs'));
  process.chdir(dir);
  onTestFinished(() => {
    process.chdir(before);
    process.exitCode = 0;
  });
  return dir;
}

/** `stepwright quickstart`, whose first stage fails: what is shown is where it works. */
async function quickstart(): Promise<void> {
  const command = quickstartCommand(async () => 1);
  const { options, invocation } = await resolveOptions(command, { seed: 1 });
  await command.run(options, invocation);
}

const runNames = (dir: string): string[] => readdirSync(join(dir, 'runs')).sort();

test('an unfinished run is gone on with, unless another process is at work in it', async () => {
  const dir = enterFolder();
  await quickstart();
  const [first] = runNames(dir);
  await quickstart();
  expect(runNames(dir)).toEqual([first]);
  await using _ = await openRun({ command: 'quickstart', config: { seed: 1 }, dir: join(dir, 'runs', first!) });
  await quickstart();
  const [second] = runNames(dir).filter((name) => name !== first);
  await quickstart();
  expect(runNames(dir)).toEqual([first, second].sort());
});

test('a run that reached its leaderboard, or whose run.json is torn, is let alone', async () => {
  const dir = enterFolder();
  await quickstart();
  const [finished] = runNames(dir);
  writeFileSync(join(dir, 'runs', finished!, 'leaderboard.json'), '{}');
  mkdirSync(join(dir, 'runs', 'quickstart-torn'));
  writeFileSync(join(dir, 'runs', 'quickstart-torn', 'run.json'), '');
  await quickstart();
  expect(runNames(dir)).toHaveLength(3);
});
