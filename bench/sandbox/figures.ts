// What is measured. Every figure has its peers beside it, in turns, so that a busy machine is as busy for all.
import type Docker from 'dockerode';
import { mapPool } from '../../src/core/run/pool.ts';
import { LABEL } from '../../src/world/sandbox/container/owner.ts';
import { SandboxPool } from '../../src/world/sandbox/pool.ts';
import type { OpenOptions, SandboxBackend } from '../../src/world/sandbox/sandbox.ts';
import { median, p95 } from '../measure.ts';
import { bareStart, type Run } from './peers.ts';

const MIB = 1024 * 1024;

export interface Spread {
  median_ms: number;
  p95_ms: number;
}

const spread = (times: readonly number[]): Spread => ({ median_ms: median(times), p95_ms: p95(times) });

async function timed(run: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await run();
  return performance.now() - started;
}

/** A small command, by each way. */
export async function latency(ways: Record<string, Run>, rounds: number): Promise<Record<string, Spread>> {
  const times = new Map(Object.keys(ways).map((name) => [name, [] as number[]]));
  for (let round = -2; round < rounds; round++)
    // The quick ones often, so that all have a time's worth of samples.
    for (const [name, run] of Object.entries(ways))
      for (let i = 0; i < (name === 'stateless' || name === 'session' ? 5 : 1); i++) {
        const ms = await timed(() => run('echo hello'));
        if (round >= 0) times.get(name)!.push(ms);
      }
  return Object.fromEntries([...times].map(([name, all]) => [name, spread(all)]));
}

/** Commands a second, one after the other in each of some sandboxes at once. */
export async function rate(runs: readonly Run[], forMs: number): Promise<number> {
  let done = 0;
  const started = performance.now();
  await Promise.all(
    runs.map(async (run) => {
      for (; performance.now() - started < forMs; done++) await run('echo hello');
    }),
  );
  return (1000 * done) / (performance.now() - started);
}

/** From the wish for a sandbox to the first command's output. */
export async function starts(docker: Docker, backend: SandboxBackend, options: OpenOptions, rounds: number) {
  const ours: number[] = [];
  const bare: number[] = [];
  const pooled: number[] = [];
  await using pool = new SandboxPool(backend, { size: 1 });
  for (let round = -1; round < rounds; round++) {
    const one = async (from: SandboxBackend) => {
      const started = performance.now();
      await using box = await from.open(options);
      const openedMs = performance.now() - started;
      await box.exec('echo first');
      return { openedMs, firstOutputMs: performance.now() - started };
    };
    const { firstOutputMs } = await one(backend);
    const bareMs = await bareStart(docker, options.image);
    pool.expect(options);
    await pool.filled();
    const { openedMs } = await one(pool);
    if (round < 0) continue;
    ours.push(firstOutputMs);
    bare.push(bareMs);
    pooled.push(openedMs);
  }
  return { ours: spread(ours), bare: spread(bare), pooled_open: spread(pooled) };
}

/** The host process's memory beyond what it was, and how long it took. */
export async function memoryOf(run: () => Promise<unknown>): Promise<{ grown_mib: number; seconds: number }> {
  global.gc?.();
  const before = process.memoryUsage().rss;
  let peak = before;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 20);
  const ms = await timed(run);
  clearInterval(watch);
  return { grown_mib: (peak - before) / MIB, seconds: ms / 1000 };
}

/** The files of a sandbox as another one. */
export async function branching(backend: SandboxBackend, options: OpenOptions, rounds: number) {
  await using box = await backend.open(options);
  await box.exec('head -c 5000000 /dev/urandom > /testbed/work; echo x > /tmp/x');
  const snapshots: number[] = [];
  const forks: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    await using snapshot = await box.snapshot();
    snapshots.push(performance.now() - started);
    const opening = performance.now();
    await using _ = await snapshot.open();
    forks.push(performance.now() - opening);
  }
  return { snapshot: spread(snapshots), open_from_it: spread(forks) };
}

/** Opened, used and disposed of, 16 at a time: what is left of them. */
export async function leak(docker: Docker, backend: SandboxBackend, options: OpenOptions, sandboxes: number) {
  const one = async () => {
    await using box = await backend.open(options);
    await box.exec('echo here');
  };
  await mapPool([...Array(16)], 16, one);
  global.gc?.();
  const before = { rss: process.memoryUsage().rss, handles: process.getActiveResourcesInfo().length };
  const ms = await timed(() => mapPool([...Array(sandboxes)], 16, one));
  global.gc?.();
  const filters = { label: [`${LABEL.pid}=${process.pid}`] };
  return {
    sandboxes,
    seconds: ms / 1000,
    containers_left: (await docker.listContainers({ all: true, filters })).length,
    images_left: (await docker.listImages({ filters })).length,
    handles_more: process.getActiveResourcesInfo().length - before.handles,
    grown_mib: (process.memoryUsage().rss - before.rss) / MIB,
  };
}
