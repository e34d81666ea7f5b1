// Import and extraction of SWE-smith's rows: the program, built, beside a short Python script that does less, and beside reading, parsing and
// writing alone. All start up, read, write to disk; processor time counts all threads, since wall clocks measure the neighbours too.
//
//   npm run bench:extract -- --json              # 100 MB; the figures of docs/results.md are of --megabytes 1000
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { currentCommit } from '../src/data/trajectory/provenance.ts';
import { buildProgram } from './extract/program.ts';
import { writeRows } from './extract/rows.ts';

const { values: flags } = parseArgs({
  options: { json: { type: 'boolean', default: false }, megabytes: { type: 'string', default: '100' } },
});

interface Measured {
  wall_s: number;
  /** Processor time in the program and, for it, in the kernel. */
  user_s: number;
  system_s: number;
  rss_mb: number;
  told: unknown;
}

const folder = await mkdtemp(join(tmpdir(), 'stepwright-bench-'));
try {
  const stepwright = await buildProgram(join(folder, 'program'));
  const file = join(folder, 'rows.jsonl');
  const megabytes = (await writeRows(file, 1e6 * Number(flags.megabytes))) / 1e6;
  const out = join(folder, 'steps.jsonl');
  const program = (workers: number, more: string[] = []) =>
    measure('node', stepwright, 'extract', file, '-o', out, '--json', '--workers', `${workers}`, ...more);

  const runs: Record<string, Measured> = {};
  const hashes = new Set<string>();
  for (const workers of [0, 1, 2]) {
    runs[`workers_${workers}`] = await program(workers);
    hashes.add(await hashOf(out));
  }
  const bytesOut = (await stat(out)).size;
  const peer = (name: string): string => join(import.meta.dirname, 'extract', name);
  runs.python = await measure('python3', peer('peer.py'), file, out);
  runs.floor = await measure('node', peer('floor.mjs'), file, out, `${bytesOut}`);

  const made = (runs.workers_0!.told as { step_instances: number }).step_instances;
  if (hashes.size !== 1) throw new Error('the bytes depend on the number of threads');
  if (made !== runs.python.told) throw new Error(`${made} step instances, but Python makes ${runs.python.told}`);

  const figures = Object.fromEntries(
    Object.entries(runs).map(([name, { told: _, ...took }]) => [
      name,
      { ...took, mb_per_s: megabytes / took.wall_s, mb_per_cpu_s: megabytes / processorTime(took) },
    ]),
  );
  const ratios = { python_script: processorTime(runs.python) / processorTime(runs.workers_0!) };
  const machine = `${cpus().length} × ${cpus()[0]?.model}, ${Math.round(totalmem() / 1e9)} GB, Node ${process.version}`;
  const out_per_in = bytesOut / 1e6 / megabytes;
  const result = { ratios, figures: { megabytes, out_per_in, step_instances: made, ...figures }, machine };
  if (flags.json) console.log(JSON.stringify({ ...result, commit: await currentCommit() }));
  else console.log(JSON.stringify(result, null, 2));
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function measure(...command: string[]): Promise<Measured> {
  const { stdout } = await execa('python3', [join(import.meta.dirname, 'extract/measured.py'), ...command]);
  return JSON.parse(stdout);
}

function processorTime({ user_s, system_s }: Pick<Measured, 'user_s' | 'system_s'>): number {
  return user_s + system_s;
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
