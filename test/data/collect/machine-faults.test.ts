// What the machine does while a teacher is paid is never a verdict, loses no attempt that was finished, and makes none a second time.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execaSync } from 'execa';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { SandboxError } from '../../../src/core/schema/errors.ts';
import { collect } from '../../../src/data/collect/collect.ts';
import { openStore } from '../../../src/data/trajectory/store.ts';
import type { Sandbox, SandboxBackend } from '../../../src/world/sandbox/sandbox.ts';
import { startScript } from '../../support/process.ts';
import { smallDisk } from '../../support/small-disk.ts';
import { temporaryFolder } from '../../support/temp.ts';
import { instances, paidTeacher, toyOptions } from './toys.ts';

const [toy] = instances;
const one = { ...toyOptions, instances: [toy!] };
const storePath = (): string => join(temporaryFolder(), 'trajectories.jsonl');
const rowsIn = (path: string): { resolved?: boolean }[] =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

/** Sandboxes of which the first fails in one call. */
function failingOnce(call: 'open' | 'exec' | 'diff'): SandboxBackend {
  let hasFailed = false;
  const fail = <T>(name: string, work: () => Promise<T>): Promise<T> => {
    if (name !== call || hasFailed) return work();
    hasFailed = true;
    return Promise.reject(new SandboxError('the sandbox went down'));
  };
  return {
    name: 'failing',
    open: (how) =>
      fail('open', async () => {
        const box = await one.backend.open(how);
        const changed: Pick<Sandbox, 'exec' | 'diff'> = {
          exec: (...given) => fail('exec', () => box.exec(...given)),
          diff: () => fail('diff', () => box.diff()),
        };
        return { ...box, ...changed };
      }),
  };
}

test.each(['open', 'exec', 'diff'] as const)(
  'a sandbox that fails in %s leaves no verdict, and its attempt pending',
  async (call) => {
    await using store = await openStore(storePath());
    const judge = vi.fn(one.judge);
    const options = { ...one, judge, store, backend: failingOnce(call), modelOf: paidTeacher() };
    expect(await collect(options)).toEqual({ pending: 1 });
    expect(store.all().map(({ ending, resolved }) => [ending, resolved])).toEqual(
      call === 'open' ? [] : [['sandbox_error', undefined]],
    );
    expect(judge).not.toHaveBeenCalled();
    expect(await collect(options)).toEqual({ pending: 0 });
    expect(store.all()).toMatchObject([{ ending: 'submitted', resolved: true }]);
  },
);

test('an attempt that could not be judged is pending, and is judged again without being made or paid for again', async () => {
  const path = storePath();
  let paid = 0;
  const modelOf = paidTeacher(() => void paid++);
  {
    await using store = await openStore(path);
    const said: string[] = [];
    const emit = (event: { type: string; text?: string }) => void (event.type === 'warn' && said.push(event.text!));
    expect(await collect({ ...one, modelOf, store, emit, judge: async () => undefined })).toEqual({ pending: 1 });
    expect(said).toEqual(['toy__1: submitted after 3 steps, not judged: the sandbox failed']);
    expect(store.all().map(({ resolved }) => resolved)).toEqual([undefined]);
    expect(await collect({ ...one, modelOf, store, judge: async () => undefined })).toEqual({ pending: 1 });
    expect(rowsIn(path)).toHaveLength(1);
  }
  await using store = await openStore(path);
  expect(await collect({ ...one, modelOf, store })).toEqual({ pending: 0 });
  expect(store.all().map(({ resolved }) => resolved)).toEqual([true]);
  expect({ paid, costUsd: store.costUsd() }).toEqual({ paid: 3, costUsd: 0.75 });
});

test('an interruption during judging keeps the attempt for the next run', async () => {
  const path = storePath();
  const stop = new AbortController();
  const judge = async () => {
    stop.abort(new DOMException('interrupted', 'AbortError'));
    return stop.signal.throwIfAborted() as never;
  };
  let paid = 0;
  const modelOf = paidTeacher(() => void paid++);
  {
    await using store = await openStore(path);
    await expect(collect({ ...one, modelOf, store, judge, signal: stop.signal })).rejects.toThrow('interrupted');
    expect({ rows: store.all().length, costUsd: store.costUsd() }).toEqual({ rows: 0, costUsd: 0.75 });
  }
  await using store = await openStore(path);
  expect(await collect({ ...one, modelOf, store })).toEqual({ pending: 0 });
  expect(store.all().map(({ resolved }) => resolved)).toEqual([true]);
  expect({ paid, costUsd: store.costUsd() }).toEqual({ paid: 3, costUsd: 0.75 });
});

describe('a run that is killed', () => {
  // What is in progress is made again; a finished attempt is not.
  test.each([
    ['open', 0],
    ['answer', 0],
    ['command', 1],
    ['diff', 3],
    ['judge', 0],
  ])(
    'in its phase `%s` ends, once resumed, with every verdict, and pays only what was in progress again',
    async (phase, again) => {
      const path = storePath();
      const linesUntil = async (script: ReturnType<typeof startScript>, end: RegExp): Promise<string[]> => {
        const lines: string[] = [];
        for (let line = await script.line(); line !== undefined; line = await script.line()) {
          lines.push(line);
          if (end.test(line)) break;
        }
        return lines;
      };
      const script = join(import.meta.dirname, 'kill-collect.ts');
      const first = startScript(script, path, phase);
      const before = await linesUntil(first, /waiting/);
      await first.kill();
      const after = await linesUntil(startScript(script, path, 'none'), /resolved/);
      expect(JSON.parse(after.at(-1)!)).toEqual({ resolved: [true, true], costUsd: 1.5 });
      expect([...before, ...after].filter((line) => line === 'paid')).toHaveLength(2 * 3 + again);
      expect(existsSync(join(path, '..', 'unjudged'))).toBe(false);
    },
  );
});

test('a disk that fills up during an attempt stops the run before the next; once there is room, it goes on', async (context) => {
  const dir = smallDisk(context, '70m');
  let paid = 0;
  const modelOf = paidTeacher(() => {
    if (++paid === 3) writeFileSync(join(dir, 'full'), Buffer.alloc(69 * 1024 * 1024));
  });
  await using store = await openStore(join(dir, 'trajectories.jsonl'));
  const collecting = collect({ ...toyOptions, jobs: 1, modelOf, store, judge: toyOptions.judge });
  await expect(collecting).rejects.toThrow(/: no space left for .*free some disk and run the same command again\.$/);
  expect(paid).toBe(3);
  execaSync('rm', [join(dir, 'full')]);
  expect(await collect({ ...toyOptions, jobs: 1, modelOf, store })).toEqual({ pending: 0 });
  expect(store.all().map(({ resolved }) => resolved)).toEqual([true, true]);
});

test.each([-1, 1])(
  'a clock that is set by %i day in mid-attempt ends nothing and makes nothing again',
  async (days) => {
    onTestFinished(() => void vi.useRealTimers());
    vi.useFakeTimers({ toFake: ['Date'] });
    let paid = 0;
    const modelOf = paidTeacher(() => {
      if (++paid === 2) vi.setSystemTime(Date.now() + days * 86_400_000);
    });
    const path = storePath();
    await using store = await openStore(path);
    const options = { ...one, modelOf, store, limits: { timeMs: 60_000 } };
    expect(await collect(options)).toEqual({ pending: 0 });
    expect(store.all()).toMatchObject([{ ending: 'submitted', resolved: true }]);
    expect(store.all()[0]!.totals.duration_ms).toBeLessThan(60_000);
    expect(await collect(options)).toEqual({ pending: 0 });
    expect(paid).toBe(3);
  },
);
