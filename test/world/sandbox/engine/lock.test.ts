// One at a time, between processes.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { withLock } from '../../../../src/world/sandbox/engine/lock.ts';
import { processStart } from '../../../../src/world/sandbox/engine/process-id.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'stepwright-lock-'));
  vi.stubEnv('STEPWRIGHT_CACHE', dir);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true });
});

test('work under one name never overlaps, and waiting is told once', async () => {
  let inside = 0;
  let most = 0;
  let waits = 0;
  const work = async () => {
    most = Math.max(most, ++inside);
    await new Promise((resolve) => setTimeout(resolve, 30));
    inside--;
  };
  await Promise.all([1, 2, 3].map(() => withLock('a/b:c', work, () => waits++)));
  expect(most).toBe(1);
  expect(waits).toBe(2);
  expect(readdirSync(dir)).toEqual([]);
});

test('the lock is given up when the work throws', async () => {
  await expect(withLock('x', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await withLock('x', () => Promise.resolve('again'))).toBe('again');
});

test.each([
  ['an owner that died', () => `${spawnSync('true').pid} 12345`],
  ['a process id that is used again', () => `${process.pid} 1`],
])('the lock of %s is taken over', async (_, owner) => {
  writeFileSync(join(dir, 'y.lock'), owner());
  expect(await withLock('y', () => Promise.resolve('mine'))).toBe('mine');
});

test('the lock of a live owner is waited for', async () => {
  writeFileSync(join(dir, 'z.lock'), `${process.pid} ${processStart(process.pid)}`);
  setTimeout(() => rmSync(join(dir, 'z.lock')), 400);
  const started = Date.now();
  await withLock('z', () => Promise.resolve());
  expect(Date.now() - started).toBeGreaterThan(350);
});
