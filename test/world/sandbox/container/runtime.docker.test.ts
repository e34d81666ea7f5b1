// The runtime that STEPWRIGHT_RUNTIME or --runtime names, on a real engine. Docker knows runc by a second name, which tells the variable from the default.
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { run } from '../../../../src/cli/main.ts';
import { ConfigError } from '../../../../src/core/schema/errors.ts';
import { openBackend } from '../../../../src/world/sandbox/backend.ts';
import { sandboxChecks } from '../../../../src/world/sandbox/health/health.ts';
import { type TestSandboxes, testSandboxes } from '../../../support/sandbox.ts';

const OTHER_NAME = 'io.containerd.runc.v2';

let sandboxes: TestSandboxes;
beforeAll(async () => {
  sandboxes = await testSandboxes();
});
afterEach(() => vi.unstubAllEnvs());

test('runs the sandboxes', async () => {
  vi.stubEnv('STEPWRIGHT_RUNTIME', OTHER_NAME);
  await using box = await sandboxes.open();
  expect((await sandboxes.docker.getContainer(box.id).inspect()).HostConfig.Runtime).toBe(OTHER_NAME);
  expect((await box.exec('echo ran')).output).toBe('ran\n');
});

test('and the engine lacks it: no sandbox is opened, and doctor reports it as broken', async () => {
  vi.stubEnv('STEPWRIGHT_RUNTIME', 'absent');
  await expect(openBackend()).rejects.toThrow(ConfigError);
  await expect(openBackend()).rejects.toThrow(/^Runtime absent: the engine has no such runtime, only .*runc/);
  expect(await sandboxChecks()).toContainEqual({
    name: 'isolation',
    status: 'broken',
    detail: expect.stringContaining('Runtime absent: the engine has no such runtime'),
  });
});

test('one that is given goes before the variable', async () => {
  vi.stubEnv('STEPWRIGHT_RUNTIME', 'absent');
  const backend = await openBackend({ runtime: OTHER_NAME });
  await using box = await backend.open({ image: sandboxes.image });
  expect((await sandboxes.docker.getContainer(box.id).inspect()).HostConfig.Runtime).toBe(OTHER_NAME);
});

test('a command takes it as --runtime', async () => {
  expect(await run(['tasks', 'validate', 'katas', '--limit', '1', '--runtime', 'absent'])).toBe(2);
});
