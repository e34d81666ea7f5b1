// What the machine does to a sandbox is a SandboxError: never the result of what ran there.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { SandboxError } from '../../../src/core/schema/errors.ts';
import { createDockerBackend } from '../../../src/world/sandbox/docker.ts';
import type { Sandbox } from '../../../src/world/sandbox/sandbox.ts';
import { startPrivateEngine } from '../../support/private-engine.ts';
import { type TestSandboxes, testSandboxes } from '../../support/sandbox.ts';

let sandboxes: TestSandboxes;
let box: Sandbox;
beforeAll(async () => {
  sandboxes = await testSandboxes();
  box = await sandboxes.open();
});
afterAll(() => box.dispose());

const kill = (signal: string) => sandboxes.docker.getContainer(box.id).kill({ signal });

describe.each(['SIGKILL', 'SIGTERM'])('a container that gets %s from outside', (signal) => {
  test.each([
    ['a command', async () => box.exec('echo begun > begun; sleep 60')],
    [
      'a command of a session',
      async () => {
        await using session = await box.openSession();
        return await session.exec('echo begun > begun; sleep 60');
      },
    ],
  ])('fails %s, which has no result, and is there for the next one', async (_, run) => {
    await box.exec('rm -f begun');
    const failure = run().catch((error: unknown) => error);
    await expect.poll(async () => (await box.exec('cat begun')).output, { timeout: 20_000 }).toBe('begun\n');
    await kill(signal);
    const error = await failure;
    expect(error).toBeInstanceOf(SandboxError);
    expect((error as Error).message).toMatch(/was ended from outside \(signal \w+\): what ran in it has no result/);
    expect((await box.exec('cat begun')).output).toBe('begun\n');
  });

  test('fails the next command when nothing ran: what it left running, and /tmp, are gone', async () => {
    await box.exec('echo lost > /tmp/file');
    await kill(signal);
    await sandboxes.docker.getContainer(box.id).wait();
    await expect(box.exec('cat /tmp/file')).rejects.toThrow(/was ended from outside/);
    expect((await box.exec('echo on')).output).toBe('on\n');
  });
});

test('a command that ends everything itself has a result', async () => {
  expect(await box.exec('kill -9 -1')).toMatchObject({ exitCode: 137, shellLost: true });
});

test('an engine whose disk is full fails what runs then, whatever it says', async () => {
  const data = mkdtempSync(join(tmpdir(), 'stepwright-small-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=96m', 'tmpfs', data]);
  onTestFinished(() => {
    execFileSync('umount', ['-l', data]);
    rmSync(data, { recursive: true });
  });
  await using engine = await startPrivateEngine(['--data-root', data]);
  await using small = await createDockerBackend(engine.docker).open({ image: engine.image });
  expect((await small.exec('echo on')).output).toBe('on\n');
  const filled = small.exec('head -c 200000000 /dev/zero > /testbed/file || echo the test has failed');
  await expect(filled).rejects.toBeInstanceOf(SandboxError);
  await expect(filled).rejects.toThrow(/The engine's disk is full/);
  await small.exec('rm /testbed/file').catch(() => undefined);
  expect((await small.exec('echo on')).output).toBe('on\n');
});
