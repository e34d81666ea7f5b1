import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeFileAtomic } from '../../../src/core/run/files.ts';
import { openRun, type RunDir, type RunOptions } from '../../../src/core/run/run-dir.ts';
import { temporaryFolder } from '../../support/temp.ts';

async function openOnce(options: RunOptions): Promise<RunDir> {
  await using run = await openRun(options);
  return run;
}

describe('a run folder', () => {
  test('keeps the command and the config it can be run again from', async () => {
    const dir = join(temporaryFolder(), 'deep', 'run');
    await using run = await openRun({ command: 'collect', config: { seed: 3 }, dir });
    const saved = JSON.parse(readFileSync(run.path('run.json'), 'utf8'));
    expect(saved).toMatchObject({ id: run.id, command: 'collect', config: { seed: 3 } });
    expect(run.resumed).toBe(false);
  });

  test('named again with the same config it is resumed under the same id', async () => {
    const dir = temporaryFolder();
    const first = await openOnce({ command: 'collect', config: { seed: 3 }, dir });
    await using second = await openRun({ command: 'collect', config: { seed: 3 }, dir });
    expect(second).toMatchObject({ id: first.id, resumed: true });
  });

  test('another command or other settings are refused, naming what differs', async () => {
    const dir = temporaryFolder();
    await openOnce({ command: 'collect', config: { seed: 3, tasks: 'katas' }, dir });
    await expect(openRun({ command: 'score', config: {}, dir })).rejects.toThrow(
      /holds a run of `collect`, not of `score`/,
    );
    await expect(openRun({ command: 'collect', config: { seed: 4, tasks: 'katas' }, dir })).rejects.toThrow(
      /another seed\./,
    );
  });

  test('an input whose content is another one is refused, naming the option', async () => {
    const dir = temporaryFolder();
    const open = (steps: string) => openOnce({ command: 'train', config: {}, inputs: { '--steps': steps }, dir });
    await open('hash of one');
    await open('hash of one');
    await expect(open('hash of two')).rejects.toThrow(/begun with other contents of --steps: they were edited since/);
  });

  test('a folder of before inputs were kept is resumed, and keeps them from then on', async () => {
    const dir = temporaryFolder();
    const old = { id: 'train-1', command: 'train', config: { seed: 1 }, started: '2026-01-01T00:00:00.000Z' };
    writeFileSync(join(dir, 'run.json'), JSON.stringify(old));
    const open = (steps: string) =>
      openOnce({ command: 'train', config: { seed: 1 }, inputs: { '--steps': steps }, dir });
    expect(await open('one')).toMatchObject({ id: 'train-1', resumed: true });
    await expect(open('two')).rejects.toThrow('--steps');
  });

  test.each(['', '{"id": "collect-1", "comm'])('a run.json of %j is written anew', async (torn) => {
    const dir = temporaryFolder();
    writeFileSync(join(dir, 'run.json'), torn);
    const run = await openOnce({ command: 'collect', config: { seed: 3 }, dir });
    expect(JSON.parse(readFileSync(join(dir, 'run.json'), 'utf8'))).toMatchObject({ id: run.id, config: { seed: 3 } });
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
