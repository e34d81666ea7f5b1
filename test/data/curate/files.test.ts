// As a user of the library lints and filters files of trajectories.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { saveTrajectories } from '../../../src/data/trajectory/load.ts';
import { type Attempt, filterTrajectories, lintTrajectories, type RunEvent } from '../../../src/index.ts';
import { temporaryFolder } from '../../support/temp.ts';
import { aTrajectory, bashStep } from '../../support/trajectory.ts';

async function saved(...parts: Partial<Attempt>[]): Promise<string> {
  const path = join(temporaryFolder(), 'in.jsonl');
  const all = parts.map((part, index) => aTrajectory({ trajectory_id: `t-${index}`, ...part }));
  await saveTrajectories(path, all);
  return path;
}

const idsIn = async (path: string): Promise<string[]> =>
  (await readFile(path, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).trajectory_id);

test('filterTrajectories keeps what fulfils the conditions, and counts the others by reason', async () => {
  const paths = [await saved({ resolved: true }, { resolved: false }, { resolved: true, model: { name: 'other' } })];
  const out = join(temporaryFolder(), 'kept.jsonl');
  const options = { paths, out, onlyResolved: true, model: /^test$/ };
  expect(await filterTrajectories(options)).toMatchObject({
    ...{ trajectories: 1, steps: 1, rejected: 0 },
    dropped: { unresolved: 1, model: 1 },
  });
  expect(await idsIn(out)).toEqual(['t-0']);
});

test('filterTrajectories that is aborted writes nothing', async () => {
  const out = join(temporaryFolder(), 'kept.jsonl');
  const paths = [await saved({}, {})];
  await expect(filterTrajectories({ paths, out }, { signal: AbortSignal.abort() })).rejects.toThrow('abort');
  expect(existsSync(out)).toBe(false);
});

test('lintTrajectories gives its findings, and a copy without secrets where one is asked for', async () => {
  const secret = `AKIA${'QWERTYUIOPASDFGH'}`;
  const paths = [await saved({ steps: [bashStep('env', `key ${secret}`)] })];
  const out = join(temporaryFolder(), 'copy.jsonl');
  const events: RunEvent[] = [];
  const options = { paths, rule: ['secret' as const], redact: true, out };
  const result = await lintTrajectories(options, { onEvent: (event) => void events.push(event) });
  expect(result.findings[0]).toMatchObject({ rule: 'secret', trajectory_id: 't-0', line: 1 });
  expect(result).toMatchObject({ trajectories: 1, steps: 1, rejected: 0 });
  expect(result.redacted).toBeGreaterThan(0);
  expect(await readFile(out, 'utf8')).not.toContain(secret);
  await expect(lintTrajectories({ paths, redact: true })).rejects.toThrow('--redact and --out go together');
});
