import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { tryLock, waitForLock } from '../../../src/core/run/file-lock.ts';
import { openRun } from '../../../src/core/run/run-dir.ts';
import { ConfigError } from '../../../src/core/schema/errors.ts';
import { startScript } from '../../support/process.ts';
import { temporaryFolder } from '../../support/temp.ts';

describe('a lock between processes', () => {
  test('a second process learns who has the run folder, and gets it once that is killed', async () => {
    const dir = temporaryFolder();
    const first = startScript(join(import.meta.dirname, 'hold-run.ts'), 'collect', dir);
    await first.line();
    await expect(openRun({ command: 'collect', config: {}, dir })).rejects.toThrow(
      new RegExp(
        `^${dir} is in use by process ${first.pid} \\(.*, since 20.*\\)\\. Wait until it ends, or name another`,
      ),
    );
    await first.kill();
    await using second = await openRun({ command: 'collect', config: {}, dir });
    expect(second.resumed).toBe(true);
  });

  test('a run folder that is open in this process is held as well, until it is closed', async () => {
    const dir = temporaryFolder();
    {
      await using _ = await openRun({ command: 'collect', config: {}, dir });
      await expect(openRun({ command: 'collect', config: {}, dir })).rejects.toThrow(`process ${process.pid}`);
    }
    await using _ = await openRun({ command: 'collect', config: {}, dir });
  });

  test.each([
    { name: 'an empty lock file', content: '' },
    { name: 'a torn one', content: '{"pid": 12' },
    { name: 'one of a dead owner', content: '{"pid":999999,"host":"x","command":"y","since":"z"}' },
  ])('$name is free', async ({ content }) => {
    const path = join(temporaryFolder(), 'x.lock');
    writeFileSync(path, content);
    const taken = await tryLock(path);
    if (!('lock' in taken)) throw new Error('held');
    taken.lock.release();
  });

  test('of many that wait for one lock, never two are in', async () => {
    const path = join(temporaryFolder(), 'x.lock');
    let [inside, most, waited] = [0, 0, 0];
    const work = async (): Promise<void> => {
      await using _ = await waitForLock(path, { onWait: () => waited++ });
      most = Math.max(most, ++inside);
      await new Promise(setImmediate);
      inside--;
    };
    await Promise.all(Array.from({ length: 6 }, work));
    expect({ most, hasWaited: waited > 0 }).toEqual({ most: 1, hasWaited: true });
  });

  test('where there is no `flock`, one line says what to install', async () => {
    const path = join(temporaryFolder(), 'x.lock');
    vi.stubEnv('PATH', temporaryFolder());
    onTestFinished(() => void vi.unstubAllEnvs());
    const error = await tryLock(path).catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as Error).message).toBe(
      `${path}: cannot be locked, there is no program \`flock\`. Install util-linux, which has it.`,
    );
  });

  test('whoever waits can be interrupted, and does not have the lock then', async () => {
    const path = join(temporaryFolder(), 'x.lock');
    const stop = new AbortController();
    const lock = await waitForLock(path);
    const waiting = waitForLock(path, { signal: stop.signal, onWait: () => stop.abort() });
    await expect(waiting).rejects.toThrow(/abort/i);
    lock.release();
    expect(await tryLock(path)).toHaveProperty('lock');
  });
});
