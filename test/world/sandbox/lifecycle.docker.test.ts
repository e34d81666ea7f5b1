// Opening, disposing and reaping: what a run gets, and what it leaves behind however it ends.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import Docker from 'dockerode';
import { beforeAll, describe, expect, test } from 'vitest';
import { ConfigError, SandboxError } from '../../../src/core/schema/errors.ts';
import { leasesOf, putOff } from '../../../src/world/sandbox/container/lease.ts';
import { LABEL, ownerLabels } from '../../../src/world/sandbox/container/owner.ts';
import { reap } from '../../../src/world/sandbox/container/reaper.ts';
import { createDockerBackend } from '../../../src/world/sandbox/docker.ts';
import { type TestSandboxes, testSandboxes } from '../../support/sandbox.ts';

const BUG = `diff --git a/src/app.py b/src/app.py
--- a/src/app.py
+++ b/src/app.py
@@ -1,5 +1,5 @@
 def add(a, b):
-    return a + b
+    return a - b
 
 
 def first(items):
`;

let sandboxes: TestSandboxes;
let docker: Docker;
beforeAll(async () => {
  sandboxes = await testSandboxes();
  docker = sandboxes.docker;
});

const exists = (id: string): Promise<boolean> =>
  docker
    .getContainer(id)
    .inspect()
    .then(
      () => true,
      () => false,
    );
const ours = async (): Promise<string[]> =>
  (await docker.listContainers({ all: true, filters: { label: [`${LABEL.pid}=${process.pid}`] } })).map(({ Id }) => Id);

describe('a bug patch', () => {
  test('is in the one commit, and the clean version is in no object', async () => {
    await using box = await sandboxes.open({ bugPatch: BUG });
    expect((await box.exec('grep -c "a - b" src/app.py; git status --short; git rev-list --all --count')).output).toBe(
      '1\n1\n',
    );
    const objects = await box.exec('git cat-file --batch-all-objects --batch | grep -ac "return a + b"');
    expect(objects.output).toBe('0\n');
    expect((await box.exec('git reflog; git stash list; ls .git/logs')).output).not.toMatch(/[0-9a-f]{7}/);
    expect(await box.diff()).toBe('');
  });

  test('gives the same commit every time, which can be asked for', async () => {
    await using first = await sandboxes.open({ bugPatch: BUG });
    const baseCommit = (await first.exec('git rev-parse HEAD')).output.trim();
    await using second = await sandboxes.open({ bugPatch: BUG, baseCommit });
    expect((await second.exec('git rev-parse HEAD')).output.trim()).toBe(baseCommit);
  });

  test('that does not apply is a SandboxError, and its container is gone', async () => {
    const opened = sandboxes.open({ bugPatch: BUG.replaceAll('a + b', 'a * b') });
    await expect(opened).rejects.toThrow(
      /Cannot prepare the repository in stepwright\/test-sandbox:1: .*patch does not apply/,
    );
    expect(await ours()).toEqual([]);
  });
});

test('another base commit than expected is a SandboxError that names both', async () => {
  await using box = await sandboxes.open();
  const actual = (await box.exec('git rev-parse HEAD')).output.trim();
  const error = await sandboxes.open({ baseCommit: 'f'.repeat(40) }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(SandboxError);
  expect((error as Error).message).toContain(`is at ${actual}, expected ${'f'.repeat(40)}`);
});

test('an image that is not there is a ConfigError that says how to build it', async () => {
  const error = await sandboxes.open({ image: 'stepwright/nothing:0' }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConfigError);
  expect((error as Error).message).toBe(
    'Image stepwright/nothing:0 is not there. Build it with `stepwright envs build`.',
  );
});

test('more CPUs than the engine has are as many as it has', async () => {
  await using box = await sandboxes.open({ limits: { cpus: 4096 } });
  const { HostConfig } = await docker.getContainer(box.id).inspect();
  expect(HostConfig.NanoCpus).toBe((await docker.info()).NCPU * 1e9);
});

test('an engine that went away is a SandboxError', async () => {
  const gone = createDockerBackend(new Docker({ socketPath: '/nowhere.sock' }));
  const error = await gone.open({ image: sandboxes.image }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(SandboxError);
  expect((error as Error).message).toMatch(/^The container engine does not answer: .*ENOENT/);
});

describe('an engine that refuses at first', () => {
  /** The real engine, but for the first answer to a create. */
  const refusing = (first: (options: Docker.ContainerCreateOptions) => Promise<Docker.Container>): Docker => {
    let asked = 0;
    const create = (options: Docker.ContainerCreateOptions) =>
      asked++ === 0 ? first(options) : docker.createContainer(options);
    return Object.assign(Object.create(docker), { createContainer: create });
  };

  test('a taken name is given up for another', async () => {
    await using holder = await sandboxes.open();
    const { Name } = await docker.getContainer(holder.id).inspect();
    const backend = createDockerBackend(
      refusing((options) => docker.createContainer({ ...options, name: Name.slice(1) })),
    );
    await using box = await backend.open({ image: sandboxes.image });
    expect((await box.exec('echo open')).output).toBe('open\n');
  });

  test('a busy engine is asked again', async () => {
    const backend = createDockerBackend(
      refusing(() => Promise.reject(Object.assign(new Error('busy'), { statusCode: 500 }))),
    );
    await using box = await backend.open({ image: sandboxes.image });
    expect((await box.exec('echo open')).output).toBe('open\n');
  });

  test('a create that cannot work is not asked again', async () => {
    const backend = createDockerBackend(
      refusing(() => Promise.reject(Object.assign(new Error('bad parameter'), { statusCode: 400 }))),
    );
    await expect(backend.open({ image: sandboxes.image })).rejects.toThrow(/Cannot create a container .*bad parameter/);
  });
});

describe('disposal', () => {
  test('leaves no container, and may be asked for twice', async () => {
    const box = await sandboxes.open();
    await box.exec('sleep 100 &');
    await Promise.all([box.dispose(), box.dispose()]);
    await box.dispose();
    expect(await exists(box.id)).toBe(false);
  });

  test('ends a running command with a SandboxError; so do commands after it', async () => {
    const box = await sandboxes.open();
    const running = box.exec('sleep 100').catch((error: unknown) => error);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await box.dispose();
    expect(await running).toBeInstanceOf(SandboxError);
    await expect(box.exec('true')).rejects.toThrow(/is disposed/);
  });

  test('a container that somebody removed is a SandboxError', async () => {
    const box = await sandboxes.open();
    await docker.getContainer(box.id).remove({ force: true });
    await expect(box.exec('true')).rejects.toBeInstanceOf(SandboxError);
    await box.dispose();
  });

  test('an abort while opening leaves nothing', async () => {
    const abort = new AbortController();
    const opening = sandboxes.open({ signal: abort.signal });
    setTimeout(() => abort.abort(new DOMException('stop', 'AbortError')), 100);
    await expect(opening).rejects.toMatchObject({ name: 'AbortError' });
    expect(await ours()).toEqual([]);
  });

  test('forty sandboxes, eight at a time, leave nothing', async () => {
    const one = async () => {
      await using box = await sandboxes.open();
      expect((await box.exec('echo here')).output).toBe('here\n');
    };
    for (let round = 0; round < 5; round++) await Promise.all(Array.from({ length: 8 }, one));
    expect(await ours()).toEqual([]);
  });
});

describe('reaping', () => {
  test('removes what a killed run left, which had stopped by itself, and nothing of a live one', async () => {
    await using alive = await sandboxes.open();
    const script = fileURLToPath(new URL('../../fixtures/open-and-wait.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', script, sandboxes.image], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [id = '', fork = '', snapshot = ''] = String((await once(child.stdout, 'data'))[0])
      .trim()
      .split(' ');
    child.kill('SIGKILL');
    await once(child, 'exit');
    await expect
      .poll(async () => (await docker.getContainer(id).inspect()).State.Running, { timeout: 10_000 })
      .toBe(false);
    expect(await reap(docker)).toEqual(expect.arrayContaining([id, fork, snapshot]));
    expect(await exists(id)).toBe(false);
    await expect(docker.getImage(snapshot).inspect()).rejects.toMatchObject({ statusCode: 404 });
    expect((await alive.exec('echo alive')).output).toBe('alive\n');
  });

  test('removes what is past its deadline when its owner cannot be seen, and keeps what a live process has', async () => {
    await using ours = await sandboxes.open({ limits: { ttlMs: -1000 } });
    const labels = { ...ownerLabels('', -1000), [LABEL.pidSpace]: 'another machine' };
    const others = await docker.createContainer({ Image: sandboxes.image, Labels: labels });
    expect(await reap(docker)).toContain(others.id);
    expect(await exists(others.id)).toBe(false);
    expect((await ours.exec('echo on')).output).toBe('on\n');
  });

  test('keeps what an owner that cannot be seen has put the deadline off for, until that has passed', async () => {
    const labels = {
      ...ownerLabels('', -1000),
      [LABEL.pidSpace]: 'another machine',
      [LABEL.owner]: `owner-${process.pid}`,
    };
    const others = await docker.createContainer({ Image: sandboxes.image, Labels: labels });
    const until = (seconds: number) => ({
      ...labels,
      [LABEL.deadline]: String(Math.round(Date.now() / 1000) + seconds),
    });
    await putOff(docker, until(60));
    await putOff(docker, until(3600));
    expect(await leasesOf(docker, labels[LABEL.owner])).toHaveLength(1);
    expect(await reap(docker)).not.toContain(others.id);
    await putOff(docker, until(-60));
    expect(await reap(docker)).toContain(others.id);
    expect(await leasesOf(docker, labels[LABEL.owner])).toEqual([]);
  });

  test('does not touch containers that are not ours', async () => {
    const other = await docker.createContainer({ Image: sandboxes.image, Labels: { 'stepwright.test': 'other' } });
    await reap(docker);
    expect(await exists(other.id)).toBe(true);
    await other.remove();
  });

  test('labels name the run', async () => {
    await using box = await sandboxes.open({ runId: 'run-7' });
    const { Labels } = (await docker.getContainer(box.id).inspect()).Config;
    expect(Labels).toMatchObject({ [LABEL.run]: 'run-7', [LABEL.pid]: String(process.pid) });
    expect(Number(Labels[LABEL.deadline])).toBeGreaterThan(Date.now() / 1000 + 3600);
  });
});
