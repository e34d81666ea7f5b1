// The reward's ratio beside CPython's difflib, which is the same function, and cdifflib and rapidfuzz's Indel ratio, which are not.
// One thread each; processor time, since wall clocks measure the neighbours too.
//
//   npm run bench:reward -- --json
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { readInputRows } from '../src/core/io/input-rows.ts';
import { sequenceRatio } from '../src/data/reward/difflib/ratio.ts';
import { currentCommit } from '../src/data/trajectory/provenance.ts';
import { median, printTable } from './measure.ts';
import { openPeers, type Pair } from './reward/peers.ts';
import { fewCharacters, realistic } from './reward/texts.ts';

const { values: flags } = parseArgs({
  options: { json: { type: 'boolean', default: false }, rounds: { type: 'string', default: '3' } },
});

const rows = await readInputRows(
  join(import.meta.dirname, '../test/fixtures/difflib.jsonl.gz'),
  z.object({ a: z.string(), b: z.string() }),
);
const golden = rows.map(({ a, b }): Pair => [a, b]);
const peers = await openPeers();

const rounds: Record<string, number>[] = [];
for (let round = 0; round < Number(flags.rounds); round++)
  rounds.push({ stepwright: ours(golden, true), ...(await peers(golden, { autojunk: true, others: true })) });
const names = Object.keys(rounds[0]!);
const times = Object.fromEntries(names.map((name) => [name, median(rounds.map((round) => round[name]!))]));
const plain = {
  stepwright: ours(golden, false),
  ...(await peers(golden, { autojunk: false, others: false })),
} as Record<string, number>;

const figures = {
  golden_pairs: golden.length,
  golden_ms: times,
  golden_no_autojunk_ms: plain,
  characters_4000_ms: timeEach(realistic, true),
  characters_4000_no_autojunk_ms: timeEach({ ...realistic, ...fewCharacters }, false),
};
const ratios = {
  difflib: times.difflib! / times.stepwright!,
  difflib_no_autojunk: plain.difflib! / plain.stepwright!,
};
const machine = `${cpus().length} × ${cpus()[0]?.model}, ${Math.round(totalmem() / 1e9)} GB, Node ${process.version}`;
if (flags.json) console.log(JSON.stringify({ ratios, figures, machine, commit: await currentCommit() }));
else {
  printTable(`${golden.length} pairs, processor time; ${machine}`, Object.entries(times));
  console.log(JSON.stringify({ ratios, figures }, null, 2));
}

/** Median of some runs, after the compiler has seen the code. */
function ours(pairs: readonly Pair[], autojunk: boolean): number {
  const run = (): number => {
    const before = process.cpuUsage();
    for (const [a, b] of pairs) sequenceRatio(a, b, { autojunk });
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  for (let warm = 0; warm < 3; warm++) run();
  return median(Array.from({ length: 9 }, run));
}

function timeEach(pairs: Record<string, Pair>, autojunk: boolean): Record<string, number> {
  return Object.fromEntries(Object.entries(pairs).map(([name, pair]) => [name, ours([pair], autojunk)]));
}
