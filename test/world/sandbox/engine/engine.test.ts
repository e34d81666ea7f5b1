// Finding an engine, and what is said when there is none.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../../../src/core/run/paths.ts';
import { engineAddresses, findEngine } from '../../../../src/world/sandbox/engine/engine.ts';
import { whatToDo } from '../../../../src/world/sandbox/engine/ensure-engine.ts';

let dir: string;
let server: Server;
let socket: string;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'stepwright-engine-'));
  socket = join(dir, 'engine.sock');
  // Answers a ping as every engine does.
  server = createServer((_, response) => response.end('OK'));
  await new Promise<void>((resolve) => server.listen(socket, resolve));
});
afterAll(() => {
  server.close();
  rmSync(dir, { recursive: true });
});

describe('addresses', () => {
  test('DOCKER_HOST alone when it is set', () => {
    expect(engineAddresses({ DOCKER_HOST: 'tcp://engine:2375' })).toEqual(['tcp://engine:2375']);
  });

  test("otherwise Docker's socket, then the user's, then Podman's", () => {
    expect(engineAddresses({ XDG_RUNTIME_DIR: '/run/user/7' })).toEqual([
      'unix:///var/run/docker.sock',
      'unix:///run/user/7/docker.sock',
      'unix:///run/user/7/podman/podman.sock',
      'unix:///run/podman/podman.sock',
    ]);
  });
});

test('the socket that DOCKER_HOST names is used when it answers', async () => {
  expect(await findEngine({ DOCKER_HOST: `unix://${socket}` })).toMatchObject({ address: `unix://${socket}` });
});

test('one that does not answer is reported with the reason', async () => {
  expect(await findEngine({ DOCKER_HOST: `unix://${dir}/none.sock` })).toEqual({
    tried: [`unix://${dir}/none.sock (ENOENT)`],
  });
});

describe('what to do', () => {
  test.each([
    [
      'a named engine is for the user to start',
      { DOCKER_HOST: 'tcp://x' },
      true,
      /^Start the engine that DOCKER_HOST names/,
    ],
    [
      'no installing against the will',
      { STEPWRIGHT_NO_ENGINE_INSTALL: '1' },
      true,
      /unset STEPWRIGHT_NO_ENGINE_INSTALL/,
    ],
    ['nor by the shorter name', { STEPWRIGHT_NO_INSTALL: '1' }, true, /unset STEPWRIGHT_NO_INSTALL to have/],
    ['no installing without root or apt', {}, false, /^Install and start Docker .* or Podman, or set DOCKER_HOST$/],
  ])('%s', (_, env, canInstall, advice) => {
    expect(whatToDo(env, canInstall)).toMatch(advice);
  });

  test('nothing, where Stepwright can do it', () => {
    expect(whatToDo({ STEPWRIGHT_NO_ENGINE_INSTALL: '0' }, true)).toBeUndefined();
  });
});

test('a command without an engine prints one line and exits with 2', () => {
  const env = { ...process.env, DOCKER_HOST: `unix://${dir}/none.sock` };
  const cli = join(packageRoot, 'bin', 'stepwright.mjs');
  const result = spawnSync(process.execPath, [cli, 'envs', 'build'], { env, encoding: 'utf8' });
  expect(result.status).toBe(2);
  expect(result.stdout).toBe('');
  expect(result.stderr).toBe(
    `error: No container engine answers at unix://${dir}/none.sock (ENOENT). Start the engine that DOCKER_HOST names, or unset it.\n`,
  );
});
