// Collecting with a scripted teacher on a local backend: attempts, judging, resuming, failures.
import { watch } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { ModelFactory } from '../../../src/agents/model/model.ts';
import { createScriptedModel } from '../../../src/agents/teacher/scripted.ts';
import { AccessError, SandboxError } from '../../../src/core/schema/errors.ts';
import { type CollectOptions, collect } from '../../../src/data/collect/collect.ts';
import { openStore } from '../../../src/data/trajectory/store.ts';
import type { SandboxBackend } from '../../../src/world/sandbox/sandbox.ts';
import { smallDisk } from '../../support/small-disk.ts';
import { temporaryFolder } from '../../support/temp.ts';
import { instances, repair, toyOptions } from './toys.ts';

async function setUp(more: Partial<CollectOptions> = {}) {
  const opened: string[] = [];
  const closed: string[] = [];
  const modelOf: ModelFactory = async ({ instanceId, attempt }) => {
    const model = createScriptedModel('test', repair(attempt === 1 ? 'true' : undefined));
    opened.push(`${instanceId}/${attempt}`);
    return { ...model, close: async () => void closed.push(`${instanceId}/${attempt}`) };
  };
  const options = { ...toyOptions, modelOf, ...more };
  return { options, opened, closed, path: join(temporaryFolder(), 'trajectories.jsonl') };
}

test('every instance is attempted in its own sandbox, with its bug in, and judged', async () => {
  const { options, closed, path } = await setUp({ attempts: 2 });
  await using store = await openStore(path);
  expect(await collect({ ...options, store })).toEqual({ pending: 0 });
  const rows = store
    .all()
    .map(({ instance_id, attempt, ending, resolved }) => [instance_id, attempt, ending, resolved]);
  expect(rows.sort()).toEqual([
    ['toy__1', 0, 'submitted', true],
    ['toy__1', 1, 'submitted', false],
    ['toy__2', 0, 'submitted', true],
    ['toy__2', 1, 'submitted', false],
  ]);
  expect(store.all()[0]!.steps[0]!.observation).toBe('OBSERVATION:\nx = 1\n');
  expect(closed.sort()).toEqual(['toy__1/0', 'toy__1/1', 'toy__2/0', 'toy__2/1']);
});

test('what is done is not done again when the run goes on', async () => {
  const { options, path } = await setUp({ instances: instances.slice(0, 1) });
  {
    await using store = await openStore(path);
    await collect({ ...options, store });
  }
  await using store = await openStore(path);
  const before = store.all();
  const said: string[] = [];
  await collect({
    ...options,
    store,
    instances,
    emit: (event) => void ('text' in event && said.push(event.text ?? '')),
  });
  expect(said).toContain('toy__1: done before');
  expect(store.all()).toHaveLength(2);
  expect(store.all()[0]).toEqual(before[0]);
});

test('a sandbox that does not open costs its instance alone, and is pending', async () => {
  const { options, closed, path } = await setUp({ jobs: 1 });
  let isFirst = true;
  const backend: SandboxBackend = {
    name: 'flaky',
    async open(how) {
      if (!isFirst) return options.backend.open(how);
      isFirst = false;
      throw new SandboxError('no space left on device');
    },
  };
  await using store = await openStore(path);
  const warned: string[] = [];
  const emit: CollectOptions['emit'] = (event) => void (event.type === 'warn' && warned.push(event.text));
  expect(await collect({ ...options, backend, store, emit })).toEqual({ pending: 1 });
  expect(warned).toEqual(['toy__1: no space left on device']);
  expect(store.all().map(({ instance_id }) => instance_id)).toEqual(['toy__2']);
  expect(closed).toHaveLength(2);
  expect(await collect({ ...options, store })).toEqual({ pending: 0 });
  expect(store.all()).toHaveLength(2);
});

test('a refusal of access stops the run: what was spent is kept, no other attempt is begun, and all are pending', async () => {
  const { options, path } = await setUp({ attempts: 20, jobs: 2 });
  let [opened, asked] = [0, 0];
  const modelOf: ModelFactory = async () => {
    opened++;
    const model = createScriptedModel('test', repair());
    return {
      ...model,
      async query(messages, how) {
        if (++asked > 2) throw new AccessError('test: no credit');
        return { ...(await model.query(messages, how)), costUsd: 0.25 };
      },
    };
  };
  await using store = await openStore(path);
  const warned: unknown[] = [];
  const emit: CollectOptions['emit'] = (event) => void (event.type === 'warn' && warned.push(event));
  const collecting = collect({ ...options, modelOf, store, emit });
  await expect(collecting).rejects.toBeInstanceOf(AccessError);
  await expect(collecting).rejects.toThrow('test: no credit');
  expect(warned).toEqual([]);
  expect(opened).toBeLessThanOrEqual(3);
  expect(store.all().every(({ ending }) => ['model_error', 'cancelled'].includes(ending))).toBe(true);
  expect(store.costUsd()).toBe(0.5);
  expect(await collect({ ...options, attempts: 1, store })).toEqual({ pending: 0 });
  expect(store.costUsd()).toBe(0.5);
});

test('trajectories remember the suite and the split of their instance', async () => {
  const { options, path } = await setUp({ suiteOf: () => 'toys' });
  await using store = await openStore(path);
  await collect({ ...options, store });
  expect(store.all().map(({ provenance }) => [provenance.suite, provenance.split])).toEqual(
    instances.map(({ split }) => ['toys', split]),
  );
});

test('a verdict that could not be found out is left open', async () => {
  const { options, path } = await setUp({ judge: async () => undefined });
  await using store = await openStore(path);
  await collect({ ...options, store });
  expect(store.all().map(({ resolved }) => resolved)).toEqual([undefined, undefined]);
});

test('an interrupted run keeps what was begun, as cancelled, and owes it', async () => {
  const stop = new AbortController();
  const { options, path } = await setUp({ signal: stop.signal, jobs: 1 });
  const signs = temporaryFolder();
  const command = `echo y=1 >> a.py; touch '${signs}/edited'; sleep 30`;
  const modelOf: ModelFactory = async () => createScriptedModel('test', repair(command));
  const watcher = watch(signs, () => stop.abort(new DOMException('interrupted', 'AbortError')));
  onTestFinished(() => watcher.close());
  await using store = await openStore(path);
  await expect(collect({ ...options, modelOf, store })).rejects.toThrow('interrupted');
  expect(store.all()).toMatchObject([{ instance_id: 'toy__1', ending: 'cancelled' }]);
  expect(store.all()[0]!.patch).toContain('+y=1');
  expect(store.all()[0]!.resolved).toBeUndefined();
});

test('a file of 70 MB that an attempt leaves ends that attempt alone: the run goes on and is read again', async () => {
  const { options, path } = await setUp();
  const large = "head -c 70000000 /dev/zero | tr '\\0' a > large.txt";
  const modelOf: ModelFactory = async ({ instanceId }) =>
    createScriptedModel('test', repair(instanceId === 'toy__1' ? large : undefined));
  {
    await using store = await openStore(path);
    expect(await collect({ ...options, modelOf, store })).toEqual({ pending: 0 });
  }
  await using store = await openStore(path);
  const endings = store.all().map(({ instance_id, ending, resolved }) => [instance_id, ending, resolved]);
  expect(endings.sort()).toEqual([
    ['toy__1', 'patch_too_large', undefined],
    ['toy__2', 'submitted', true],
  ]);
});

test('a disk without room for one more attempt stops the run before that is made', async (context) => {
  const { options } = await setUp();
  const dir = smallDisk(context, '1m');
  let opened = 0;
  const backend: SandboxBackend = {
    ...options.backend,
    open: (how) => {
      opened++;
      return options.backend.open(how);
    },
  };
  await using store = await openStore(join(dir, 'trajectories.jsonl'));
  await expect(collect({ ...options, backend, store })).rejects.toThrow(`${dir}: no space left for one more attempt.`);
  expect(opened).toBe(0);
});
