// Sandboxes ahead of their time: quick to get, the right ones, and none left.
import { beforeAll, expect, test } from 'vitest';
import { LABEL } from '../../../src/world/sandbox/container/owner.ts';
import { SandboxPool } from '../../../src/world/sandbox/pool.ts';
import type { OpenOptions } from '../../../src/world/sandbox/sandbox.ts';
import { type TestSandboxes, testSandboxes } from '../../support/sandbox.ts';

let sandboxes: TestSandboxes;
let plain: OpenOptions;
let named: OpenOptions;
beforeAll(async () => {
  sandboxes = await testSandboxes();
  plain = { image: sandboxes.image };
  named = { image: sandboxes.image, runId: 'another' };
});

const running = async (): Promise<string[]> =>
  (await sandboxes.docker.listContainers({ filters: { label: [`${LABEL.pid}=${process.pid}`] } })).map(
    ({ Labels }) => Labels[LABEL.run] ?? '',
  );

test('what was expected is there at once, and the next is opened meanwhile', async () => {
  {
    await using pool = new SandboxPool(sandboxes.backend, { size: 1 });
    pool.expect(plain, plain);
    await pool.filled();
    const started = performance.now();
    await using box = await pool.open(plain);
    expect(performance.now() - started).toBeLessThan(20);
    expect((await box.exec('echo on')).output).toBe('on\n');
    await pool.filled();
    expect(await running()).toHaveLength(2);
  }
  expect(await running()).toEqual([]);
});

test('each gets what it asked for, in whatever order, and what nobody expected is opened', async () => {
  await using pool = new SandboxPool(sandboxes.backend, { size: 2 });
  pool.expect(plain, named);
  await pool.filled();
  await using second = await pool.open(named);
  await using other = await pool.open({ ...plain, runId: 'unexpected' });
  expect(second.id).not.toBe(other.id);
  expect((await running()).sort()).toEqual(['', 'another', 'unexpected']);
});

test('one that cannot be opened ahead fails for who asks for it', async () => {
  await using pool = new SandboxPool(sandboxes.backend, { size: 2 });
  const missing = { image: 'stepwright/nothing:0' };
  pool.expect(missing, plain);
  await expect(pool.open(missing)).rejects.toThrow('Image stepwright/nothing:0 is not there.');
  await using box = await pool.open(plain);
  expect((await box.exec('echo on')).output).toBe('on\n');
});

test('an aborted ask leaves nothing', async () => {
  await using pool = new SandboxPool(sandboxes.backend, { size: 1 });
  const abort = new AbortController();
  pool.expect(plain);
  const opening = pool.open({ ...plain, signal: abort.signal });
  abort.abort();
  await expect(opening).rejects.toMatchObject({ name: 'AbortError' });
  expect(await running()).toEqual([]);
});
