// What is said where Podman is not installed.
import { execFileSync } from 'node:child_process';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { silent } from '../../../../src/core/run/events.ts';
import { openPodman } from '../../../../src/world/sandbox/engine/podman.ts';
import { temporaryFolder } from '../../../support/temp.ts';

afterEach(() => vi.unstubAllEnvs());

test('what is missing is a ConfigError that says how to install it', async () => {
  const dir = await temporaryFolder();
  await symlink(execFileSync('sh', ['-c', 'command -v sh']).toString().trim(), join(dir, 'sh'));
  vi.stubEnv('PATH', dir);
  vi.stubEnv('STEPWRIGHT_NO_INSTALL', '1');
  await expect(openPodman(silent)).rejects.toMatchObject({
    code: 'CONFIG',
    message: expect.stringMatching(/^Not installed: podman.*\. On Debian: apt-get install podman/),
  });
});
