// The sandbox room's commands as a user types them: doctor, envs, sandbox, tasks build.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../../src/core/run/paths.ts';
import { LABEL, ownerLabels } from '../../../src/world/sandbox/container/owner.ts';
import { writeSuite } from '../../../src/world/task/write.ts';
import { anInstance } from '../../support/instance.ts';
import { type TestSandboxes, testSandboxes } from '../../support/sandbox.ts';
import { temporaryFolder } from '../../support/temp.ts';

let sandboxes: TestSandboxes;
beforeAll(async () => {
  sandboxes = await testSandboxes();
});

const cli = join(packageRoot, 'bin', 'stepwright.mjs');
const stepwright = (args: string[], env: Record<string, string> = {}) =>
  execa(process.execPath, [cli, ...args], { env, reject: false });
const lastLine = (stdout: string): unknown => JSON.parse(stdout.split('\n').at(-1) ?? '');

describe('doctor', () => {
  test('says of everything a run needs whether it is there', async () => {
    const result = await stepwright(['doctor', '--json'], { ANTHROPIC_API_KEY: 'x' });
    expect(result.exitCode).toBe(0);
    const { ok, checks } = lastLine(result.stdout) as { ok: boolean; checks: { name: string; status: string }[] };
    expect(ok).toBe(true);
    expect(Object.fromEntries(checks.map(({ name, status }) => [name, status]))).toMatchObject({
      engine: 'ok',
      disk: 'ok',
      'image stepwright/base:1': 'ok',
      'extra CAs': 'ok',
      ANTHROPIC_API_KEY: 'ok',
    });
  });

  test('an engine that does not answer is broken: what to do, and exit code 2', async () => {
    const result = await stepwright(['doctor'], { DOCKER_HOST: 'unix:///nowhere.sock' });
    expect(result.exitCode).toBe(2);
    expect(result.stdout).toContain('engine: none answers at unix:///nowhere.sock (ENOENT)');
    expect(result.stdout).toContain('→ Start the engine that DOCKER_HOST names, or unset it');
  });
});

describe('envs', () => {
  test('list names every environment with its image and state', async () => {
    const { environments } = lastLine((await stepwright(['envs', 'list', '--json'])).stdout) as {
      environments: { name: string; image: string; state: string }[];
    };
    const toolz = environments.find(({ name }) => name === 'toolz');
    expect(toolz?.image).toMatch(/^stepwright\/toolz:/);
    expect(['built', 'out of date', 'missing']).toContain(toolz?.state);
  });

  test('an unknown environment is one line with the known ones, and exit code 2', async () => {
    const result = await stepwright(['envs', 'build', 'nope']);
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toMatch(/^error: Unknown environment "nope": .*Known: .*toolz/);
  });
});

describe('sandbox reap', () => {
  test('prints the ids it removed, once', async () => {
    const labels = { ...ownerLabels('', -1000), [LABEL.pidSpace]: 'another machine' };
    const left = await sandboxes.docker.createContainer({ Image: sandboxes.image, Labels: labels });
    const reaped = async () =>
      lastLine((await stepwright(['sandbox', 'reap', '--json'])).stdout) as { removed: string[] };
    expect((await reaped()).removed).toContain(left.id);
    expect((await reaped()).removed).not.toContain(left.id);
  });
});

describe.each([
  ['Ctrl-C', 'SIGINT'],
  ['SIGTERM', 'SIGTERM'],
] as const)('%s', (_, signal) => {
  test('ends a command with its sandboxes, and exit code 130', async () => {
    const run = stepwright(['tasks', 'validate', 'katas', '--slice', '40', '--run', temporaryFolder()]);
    const filters = { label: [`${LABEL.pid}=${run.pid}`] };
    const containers = () => sandboxes.docker.listContainers({ all: true, filters });
    await expect.poll(async () => (await containers()).length, { timeout: 60_000 }).toBeGreaterThan(0);
    await sleep(200);
    run.kill(signal);
    const { exitCode, stderr } = await run;
    expect(exitCode, stderr).toBe(130);
    expect(await containers()).toEqual([]);
  });
});

test('tasks build makes the image of a task folder with a Dockerfile, once', async () => {
  const suite = temporaryFolder();
  const image = `stepwright-test/task-${process.pid}:1`;
  await writeSuite(suite, [anInstance({ image }), anInstance({ instance_id: 'toy__2' })], 'folders');
  writeFileSync(join(suite, 'toy__1/Dockerfile'), `FROM ${sandboxes.image}\nCOPY eval.sh /from-the-task\n`);
  const build = async () => lastLine((await stepwright(['tasks', 'build', suite, '--json'])).stdout);
  expect(await build()).toEqual({ built: [image], ready: [image] });
  await using box = await sandboxes.backend.open({ image });
  expect((await box.exec('cat /from-the-task')).output.trim()).toBe('true');
  expect(await build()).toEqual({ built: [], ready: [image] });
  await box.dispose();
  await sandboxes.docker.getImage(image).remove();
});

test('tasks build says where there is nothing to build', async () => {
  const { exitCode, stderr } = await stepwright(['tasks', 'build', temporaryFolder()]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('no task folder with a Dockerfile in it.');
});

test('envs prune --budget wants a size', async () => {
  const result = await stepwright(['envs', 'prune', '--budget', 'much']);
  expect(result.exitCode).toBe(2);
  expect(result.stderr).toContain('--budget: expected a size, as 50GB, got "much".');
});
