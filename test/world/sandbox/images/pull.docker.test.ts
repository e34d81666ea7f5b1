// Pulling from a registry that answers as registries do: what is tried again, what is not, and what the error says.
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SandboxError } from '../../../../src/core/schema/errors.ts';
import { inspectImage } from '../../../../src/world/sandbox/images/image-state.ts';
import { PullError, type PullOptions, pullImage } from '../../../../src/world/sandbox/images/pull.ts';
import { openRegistry, type Registry } from '../../../support/registry.ts';
import { testSandboxes } from '../../../support/sandbox.ts';
import { temporaryFolder } from '../../../support/temp.ts';

let docker: Docker;
let registry: Registry;
let image: string;
beforeAll(async () => {
  docker = (await testSandboxes()).docker;
});
beforeEach(async () => {
  registry = await openRegistry();
  image = `${registry.host}/swebench/sweb.eval.x86_64.a_1776_b-1:latest`;
});
afterEach(async () => {
  await docker
    .getImage(image)
    .remove()
    .catch(() => undefined);
  await registry[Symbol.asyncDispose]();
});

const RATE_LIMIT = { status: 429, code: 'TOOMANYREQUESTS', message: 'You have reached your pull rate limit.' };
const BROKEN = { status: 503, code: 'UNAVAILABLE', message: 'try again' };
const MISSING = { status: 404, code: 'MANIFEST_UNKNOWN', message: 'manifest unknown' };

const pull = (options: PullOptions = {}) =>
  pullImage(docker, image, { backOffMs: 10, env: {}, attempts: 3, ...options });
const failure = async (options?: PullOptions): Promise<PullError> => {
  const error = await pull(options).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(PullError);
  expect(error).toBeInstanceOf(SandboxError);
  return error as PullError;
};

test('an image is there afterwards', async () => {
  await pull();
  expect(await inspectImage(docker, image)).toBeDefined();
});

test.each([
  ['a rate limit', RATE_LIMIT],
  ['a registry that is down', BROKEN],
])('%s that passes is waited for, and told', async (_, refusal) => {
  const said: string[] = [];
  registry.refusals = [refusal, refusal];
  await pull({ emit: (event) => said.push(event.type) });
  expect(said.filter((type) => type === 'warn')).toHaveLength(2);
  expect(await inspectImage(docker, image)).toBeDefined();
});

test('a rate limit that stays is a reason of its own, with what to do', async () => {
  registry.refusals = Array.from({ length: 9 }, () => RATE_LIMIT);
  const error = await failure();
  expect(error.reason).toBe('rate_limit');
  expect(error.message).toMatch(
    /^Cannot pull 127.*\(rate_limit\): .*pull rate limit.*Log in \(`docker login`\) or wait\.$/,
  );
  expect(registry.asked).toBe(3);
});

test('what is not there is not asked for again', async () => {
  registry.refusals = [MISSING, MISSING];
  expect((await failure()).reason).toBe('not_found');
  expect(registry.refusals).toHaveLength(1);
});

test('a registry that does not answer is unreachable', async () => {
  await registry[Symbol.asyncDispose]();
  expect((await failure({ attempts: 1 })).reason).toBe('unreachable');
});

test('waiting ends when the run is interrupted', async () => {
  registry.refusals = [RATE_LIMIT];
  const signal = AbortSignal.timeout(300);
  await expect(pull({ backOffMs: 60_000, signal })).rejects.toMatchObject({
    name: expect.stringMatching(/Abort|Timeout/),
  });
});

describe('a registry that wants a login', () => {
  const auth = Buffer.from('me:se:cret').toString('base64');
  beforeEach(() => {
    registry.login = 'me:se:cret';
  });

  test('refuses who gives none, once, with how to log in', async () => {
    const error = await failure();
    expect(error.reason).toBe('unauthorized');
    expect(error.message).toContain(`docker login ${registry.host}`);
    expect(registry.asked).toBe(0);
  });

  test('takes the login that DOCKER_AUTH_CONFIG holds', async () => {
    await pull({ env: { DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { [registry.host]: { auth } } }) } });
    expect(await inspectImage(docker, image)).toBeDefined();
  });

  test("takes the Docker client's, under a key with scheme and path", async () => {
    const dir = temporaryFolder();
    writeFileSync(join(dir, 'config.json'), JSON.stringify({ auths: { [`https://${registry.host}/v1/`]: { auth } } }));
    await pull({ env: { DOCKER_CONFIG: dir } });
    expect(await inspectImage(docker, image)).toBeDefined();
  });

  test('takes what a credential helper says', async () => {
    const dir = temporaryFolder();
    const helper = join(dir, 'docker-credential-test');
    writeFileSync(helper, `#!/bin/sh\ncat >/dev/null; echo '{"Username": "me", "Secret": "se:cret"}'\n`);
    chmodSync(helper, 0o755);
    const path = process.env.PATH;
    process.env.PATH = `${dir}:${path}`;
    try {
      await pull({ env: { DOCKER_AUTH_CONFIG: JSON.stringify({ credHelpers: { [registry.host]: 'test' } }) } });
    } finally {
      process.env.PATH = path;
    }
    expect(await inspectImage(docker, image)).toBeDefined();
  });

  test('a config that is not one is told without what it holds', async () => {
    await expect(pull({ env: { DOCKER_AUTH_CONFIG: 'hunter2' } })).rejects.toThrow(
      "DOCKER_AUTH_CONFIG: not the JSON of a Docker client's config.",
    );
  });
});
