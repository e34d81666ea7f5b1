import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeFileAtomic } from '../../../src/core/run/files.ts';
import { openRun } from '../../../src/core/run/run-dir.ts';
import { temporaryFolder } from '../../support/temp.ts';

describe('a run folder', () => {
  test('keeps the command and the config it can be run again from', async () => {
    const dir = join(temporaryFolder(), 'deep', 'run');
    const run = await openRun({ command: 'collect', config: { seed: 3 }, dir });
    const saved = JSON.parse(readFileSync(run.path('run.json'), 'utf8'));
    expect(saved).toMatchObject({ id: run.id, command: 'collect', config: { seed: 3 } });
    expect(run.resumed).toBe(false);
  });

  test('named again with the same config it is resumed under the same id', async () => {
    const dir = temporaryFolder();
    const first = await openRun({ command: 'collect', config: { seed: 3 }, dir });
    const second = await openRun({ command: 'collect', config: { seed: 3 }, dir });
    expect(second).toMatchObject({ id: first.id, resumed: true });
  });

  test('another command or other settings are refused, naming what differs', async () => {
    const dir = temporaryFolder();
    await openRun({ command: 'collect', config: { seed: 3, tasks: 'katas' }, dir });
    await expect(openRun({ command: 'score', config: {}, dir })).rejects.toThrow(
      /holds a run of `collect`, not of `score`/,
    );
    await expect(openRun({ command: 'collect', config: { seed: 4, tasks: 'katas' }, dir })).rejects.toThrow(
      /another seed\./,
    );
  });

  test('a whole file is replaced in one go and leaves no temporary beside it', async () => {
    const dir = temporaryFolder();
    await writeFileAtomic(join(dir, 'x.json'), 'one');
    await writeFileAtomic(join(dir, 'x.json'), 'two');
    expect(readFileSync(join(dir, 'x.json'), 'utf8')).toBe('two');
    expect(readdirSync(dir)).toEqual(['x.json']);
    expect(existsSync(dir)).toBe(true);
  });
});
