// One at a time, within a process and between processes.

import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { withLock } from '../../../../src/world/sandbox/engine/lock.ts';

let cache: string;
let dir: string;
beforeAll(() => {
  cache = mkdtempSync(join(tmpdir(), 'stepwright-lock-'));
  dir = join(cache, 'locks');
  mkdirSync(dir);
  vi.stubEnv('STEPWRIGHT_CACHE', cache);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(cache, { recursive: true });
});

test('work under one name never overlaps, and who waits hears of it once', async () => {
  let inside = 0;
  let most = 0;
  let waits = 0;
  const heard = new EventEmitter();
  const othersWait = once(heard, 'both');
  const work = async () => {
    most = Math.max(most, ++inside);
    if (most > 1) heard.emit('both'); // nobody will wait any more
    await othersWait;
    inside--;
  };
  const onWait = () => {
    if (++waits === 2) heard.emit('both');
  };
  await Promise.all([1, 2, 3].map(() => withLock('a/b:c', work, onWait)));
  expect(most).toBe(1);
  expect(waits).toBe(2);
});

test('the lock is given up when the work throws', async () => {
  await expect(withLock('x', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await withLock('x', () => Promise.resolve('again'))).toBe('again');
});

test.each([
  ['is empty, as a kill between two system calls leaves it', ''],
  ['names a process id of another pid namespace, which is somebody here', `${process.pid} 1`],
])('a file that nobody holds and that %s is not waited for', async (_, content) => {
  writeFileSync(join(dir, 'y.lock'), content);
  expect(await withLock('y', () => Promise.resolve('mine'))).toBe('mine');
});

/** Another process that holds the lock. */
async function holder(name: string): Promise<ChildProcess> {
  const program = spawn('flock', [join(dir, `${name}.lock`), 'sh', '-c', 'echo held; exec sleep 100'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  await once(program.stdout!, 'data');
  return program;
}

test('the lock of another process is waited for, and is free the moment that it is killed', async () => {
  const other = await holder('z');
  const order: string[] = [];
  const mine = withLock(
    'z',
    async () => void order.push('mine'),
    () => {
      order.push('killed');
      process.kill(-other.pid!, 'SIGKILL');
    },
  );
  await mine;
  expect(order).toEqual(['killed', 'mine']);
});

test('of many that wait for the lock of one that is killed, one at a time gets it', async () => {
  const other = await holder('many');
  let inside = 0;
  let most = 0;
  const waiting = Array.from({ length: 8 }, () =>
    withLock('many', async () => {
      most = Math.max(most, ++inside);
      await new Promise(setImmediate);
      inside--;
    }),
  );
  process.kill(-other.pid!, 'SIGKILL');
  await Promise.all(waiting);
  expect(most).toBe(1);
});
