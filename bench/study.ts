// The study: base, SFT, RLVR, one-step similarity, SRL without dynamic sampling, SRL, and SRL→RLVR on the katas, with equal numbers of
// updates, over several seeds. Each seed has a run folder; stopped and started again, it goes on from where it was.
//
//   npm run bench:study -- --seeds 1,2,3 --out runs/study
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { run as runCommand } from '../src/cli/main.ts';
import { EXIT, printJson } from '../src/cli/output.ts';
import { runStages, secondsOfWork } from '../src/cli/run-stages.ts';
import { createReporter } from '../src/core/run/reporter.ts';
import { openRun } from '../src/core/run/run-dir.ts';
import { currentCommit } from '../src/data/trajectory/provenance.ts';
import { loadBoard } from '../src/results/leaderboard/rows.ts';
import { renderTable } from '../src/results/leaderboard/table.ts';
import { writeHalves } from './study/halves.ts';
import { studyStages } from './study/stages.ts';
import { sumOfSeeds } from './study/sum.ts';

const { values: flags } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1,2,3' },
    out: { type: 'string', default: join('runs', 'study') },
  },
});
const emit = createReporter();
const seeds = [];
for (const seed of flags.seeds.split(',').map(Number)) {
  const run = await openRun({ command: 'study', config: { seed }, dir: join(flags.out, `seed-${seed}`) });
  const stages = studyStages(run, seed, await writeHalves(run, seed));
  const code = await runStages(run, stages, { emit, runCommand });
  if (code !== EXIT.done) process.exit(code);
  const { rows } = await loadBoard([run.dir]);
  seeds.push({ seed, rows, seconds: await secondsOfWork(run) });
}
const rows = sumOfSeeds(seeds.map((seed) => seed.rows));
process.stderr.write(`${renderTable(rows)}\n`);
const machine = `${cpus().length} × ${cpus()[0]?.model}, ${Math.round(totalmem() / 1e9)} GB, Node ${process.version}`;
printJson({ rows, seeds, machine, commit: await currentCommit(), date: new Date().toISOString() });
