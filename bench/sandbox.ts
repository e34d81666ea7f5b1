// The sandbox beside `docker exec`, dockerode's exec and SWE-ReX, in one run.
//
//   npm run bench:sandbox -- --json
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { createReporter } from '../src/core/run/reporter.ts';
import { imageOf } from '../src/core/schema/environment.ts';
import { currentCommit } from '../src/data/trajectory/provenance.ts';
import { openBackend } from '../src/world/sandbox/backend.ts';
import { ensureEngine } from '../src/world/sandbox/engine/ensure-engine.ts';
import { ensureImages } from '../src/world/sandbox/images/images.ts';
import type { Sandbox } from '../src/world/sandbox/sandbox.ts';
import { loadEnvironment } from '../src/world/task/environments.ts';
import { printTable } from './measure.ts';
import { branching, latency, leak, memoryOf, rate, type Spread, starts } from './sandbox/figures.ts';
import { type Run, waysToRun } from './sandbox/peers.ts';
import { openSweRex, type SweRex } from './sandbox/swe-rex.ts';

const { values: flags } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '40' },
    'at-once': { type: 'string', default: '1,4,16' },
    gigabytes: { type: 'string', default: '10' },
    sandboxes: { type: 'string', default: '200' },
  },
});
const rounds = Number(flags.rounds);
const atOnce = flags['at-once'].split(',').map(Number);

const emit = createReporter();
const environment = await loadEnvironment('katas');
await ensureImages([environment], { emit });
const { docker } = await ensureEngine(emit);
const backend = await openBackend({ emit });
const options = { image: imageOf(environment) };

const boxes: Sandbox[] = [];
const servers: SweRex[] = [];
const figures: Record<string, unknown> = {};
try {
  emit({ type: 'stage', name: 'latency of `echo hello`' });
  const first = await openOne();
  const times = await latency(first, rounds);
  figures.latency = times;

  emit({ type: 'stage', name: `${flags.gigabytes} GB of output` });
  figures.flood = await memoryOf(() =>
    boxes[0]!.exec(`head -c ${Number(flags.gigabytes) * 1e9} /dev/zero`, { timeoutMs: 300_000 }),
  );

  emit({ type: 'stage', name: 'commands a second' });
  const ways = [first];
  const rates: Record<string, Record<string, number>> = {};
  for (const count of atOnce) {
    while (ways.length < count)
      ways.push(...(await Promise.all([...Array(Math.min(4, count - ways.length))].map(openOne))));
    rates[count] = {};
    for (const name of Object.keys(first))
      rates[count][name] = await rate(
        ways.slice(0, count).map((way) => way[name]!),
        2000,
      );
  }
  figures.commands_per_second = rates;

  emit({ type: 'stage', name: '100 MB of output' });
  const megabytes: Record<string, number> = {};
  // SWE-ReX's session searches all that came before at every chunk: it does not come to an end.
  const { swe_rex_session: _, ...able } = first;
  for (const [name, run] of Object.entries(able)) {
    const started = performance.now();
    await run('yes stepwright | head -c 100000000');
    megabytes[name] = 100_000 / (performance.now() - started);
  }
  figures.megabytes_per_second = megabytes;
} finally {
  await Promise.all([...boxes, ...servers].map((box) => box.dispose()));
}
emit({ type: 'stage', name: 'start to first output' });
const start = await starts(docker, backend, options, Math.ceil(rounds / 4));
figures.start = start;
emit({ type: 'stage', name: 'snapshot and fork' });
figures.branching = await branching(backend, options, Math.ceil(rounds / 8));
emit({ type: 'stage', name: `${flags.sandboxes} sandboxes, 16 at a time` });
figures.leak = await leak(docker, backend, options, Number(flags.sandboxes));

const times = figures.latency as Record<string, Spread>;
const against = (peer: string, ours = 'stateless') => times[peer]!.median_ms / times[ours]!.median_ms;
const ratios = {
  docker_exec: against('docker_exec'),
  dockerode_exec: against('dockerode_exec'),
  swe_rex: against('swe_rex'),
  session_docker_exec: against('docker_exec', 'session'),
  session_swe_rex: against('swe_rex_session', 'session'),
  bare_start: start.bare.median_ms / start.ours.median_ms,
};
const { Version } = await docker.version();
const machine = `${cpus().length} × ${cpus()[0]?.model}, ${Math.round(totalmem() / 1e9)} GB, engine ${Version}, Node ${process.version}`;
if (flags.json) console.log(JSON.stringify({ ratios, figures, machine, commit: await currentCommit() }));
else {
  printTable(
    `\`echo hello\`, median of ${rounds} and more; ${machine}`,
    Object.entries(times).map(([name, { median_ms }]) => [name, median_ms]),
  );
  console.log(JSON.stringify(figures, null, 2));
}

async function openOne(): Promise<Record<string, Run>> {
  const box = await backend.open(options);
  boxes.push(box);
  const rex = await openSweRex(docker);
  servers.push(rex);
  return waysToRun(docker, box, await box.openSession(), rex);
}
