// The runtime that STEPWRIGHT_RUNTIME names, on a real engine. Docker knows runc by a second name, which tells the variable from the default.
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
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
  await expect(openBackend()).rejects.toThrow(
    /^STEPWRIGHT_RUNTIME=absent: the engine has no such runtime, only .*runc/,
  );
  expect(await sandboxChecks()).toContainEqual({
    name: 'isolation',
    status: 'broken',
    detail: expect.stringContaining('STEPWRIGHT_RUNTIME=absent: the engine has no such runtime'),
  });
});
