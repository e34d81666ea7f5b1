// What only an engine of our own lets us do: restart it in mid-run, pause it, remove its images.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { SandboxError } from '../../../src/core/schema/errors.ts';
import { LABEL } from '../../../src/world/sandbox/container/owner.ts';
import { createDockerBackend } from '../../../src/world/sandbox/docker.ts';
import { noteUse, readRecord, writeRecord } from '../../../src/world/sandbox/images/image-record.ts';
import { CONTENT_LABEL } from '../../../src/world/sandbox/images/image-state.ts';
import { pruneToBudget } from '../../../src/world/sandbox/images/prune.ts';
import type { SandboxBackend } from '../../../src/world/sandbox/sandbox.ts';
import { type PrivateEngine, startPrivateEngine } from '../../support/private-engine.ts';
import { temporaryFolder } from '../../support/temp.ts';

let engine: PrivateEngine;
let backend: SandboxBackend;
beforeAll(async () => {
  engine = await startPrivateEngine();
  backend = createDockerBackend(engine.docker);
});
afterAll(() => engine[Symbol.asyncDispose]());

describe('an engine that is restarted in mid-run', () => {
  test('fails the running command, and keeps the sandbox with its files', async () => {
    await using box = await backend.open({ image: engine.image });
    await box.exec('echo kept > kept.txt');
    const running = box.exec('sleep 100').catch((error: unknown) => error);
    await sleep(300);
    await engine.restart();
    expect(await running).toBeInstanceOf(SandboxError);
    expect((await box.exec('cat kept.txt')).output).toBe('kept\n');
  });

  test('is waited for by whoever opens a sandbox meanwhile', async () => {
    const restarted = engine.restart();
    await sleep(50);
    await using box = await backend.open({ image: engine.image });
    expect((await box.exec('echo on')).output).toBe('on\n');
    await restarted;
  });
});

test('an engine that stands still delays a command, and loses nothing of it', async () => {
  await using box = await backend.open({ image: engine.image });
  const running = box.exec('seq 1 5000; sleep 1; echo end; exit 3');
  await sleep(200);
  engine.pause();
  await sleep(30_000);
  engine.resume();
  const { output, exitCode } = await running;
  expect({ exitCode, lines: output.split('\n').length, end: output.slice(-4) }).toEqual({
    exitCode: 3,
    lines: 5002,
    end: 'end\n',
  });
});

describe('an image that is removed in mid-run', () => {
  test('does not touch open sandboxes, their forks, or new ones', async () => {
    await engine.docker.getImage(engine.image).tag({ repo: 'stepwright/gone', tag: '1' });
    await using box = await backend.open({ image: 'stepwright/gone:1' });
    await engine.docker.getImage('stepwright/gone:1').remove({ force: true });
    expect((await box.exec('echo on')).output).toBe('on\n');
    await using fork = await box.fork();
    expect((await fork.exec('echo on')).output).toBe('on\n');
    await using another = await backend.open({ image: 'stepwright/gone:1' });
    expect((await another.exec('echo on')).output).toBe('on\n');
  });

  test('is a ConfigError that says how to build it, once nothing of it is left', async () => {
    await using box = await backend.open({ image: engine.image });
    await engine.docker.getContainer(box.id).commit({ repo: 'stepwright/gone', tag: '2' });
    await (await backend.open({ image: 'stepwright/gone:2' })).dispose();
    await engine.docker.getImage('stepwright/gone:2').remove();
    const opened = backend.open({ image: 'stepwright/gone:2' });
    await expect(opened).rejects.toThrow(
      'Image stepwright/gone:2 is not there. Build it with `stepwright envs build`.',
    );
  });
});

describe('images under a budget', () => {
  const built = { [CONTENT_LABEL]: 'x' };

  test('the ones used longest ago go, until the rest fits; what others pulled, snapshots and images in use stay', async () => {
    vi.stubEnv('STEPWRIGHT_CACHE', temporaryFolder());
    onTestFinished(() => void vi.unstubAllEnvs());
    const ids: Record<string, string> = {};
    for (const [name, labels] of Object.entries({
      'us/used:1': built,
      'us/old:1': built,
      'us/pulled:1': {},
      'us/new:1': built,
      'others/own:1': {},
      'us/snapshot:1': { ...built, [LABEL.deadline]: '1' },
    }))
      ids[name] = await engine.importFile(name, labels);
    await writeRecord(ids['us/pulled:1']!, { ...(await readRecord(ids['us/pulled:1']!)), pulled: true });
    const ages = { 'us/used:1': 5, 'us/old:1': 4, 'us/pulled:1': 3, 'us/new:1': 1 };
    for (const [name, days] of Object.entries(ages))
      await noteUse(ids[name]!, new Date(Date.now() - days * 86_400_000));
    const container = await engine.docker.createContainer({ Image: 'us/used:1', Cmd: ['x'] });
    const { LayersSize } = (await engine.docker.df()) as { LayersSize: number };

    expect((await pruneToBudget(engine.docker, LayersSize)).removed).toEqual([]);
    // Two of 3 MB have to go.
    expect((await pruneToBudget(engine.docker, LayersSize - 5e6)).removed).toEqual(['us/old:1', 'us/pulled:1']);
    expect((await pruneToBudget(engine.docker, 0)).removed).toEqual(['us/new:1']);
    const left = (await engine.docker.listImages()).flatMap(({ RepoTags }) => RepoTags ?? []);
    expect(left.filter((tag) => /^(us|others)\//.test(tag)).sort()).toEqual([
      'others/own:1',
      'us/snapshot:1',
      'us/used:1',
    ]);
    await container.remove();
  });
});
