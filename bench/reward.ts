// The reward's ratio on the golden pairs: ours, and CPython's difflib, whose own clock times it.
//
//   npx tsx bench/reward.ts
import { join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { sequenceRatio } from '../src/reward/difflib/ratio.ts';
import { readJsonl } from '../src/run/jsonl.ts';
import { median, printTable, timeRuns } from './measure.ts';

const PYTHON = `
import json, sys, time
from difflib import SequenceMatcher
pairs = json.load(sys.stdin)
started = time.perf_counter()
for a, b in pairs:
    SequenceMatcher(None, a, b).ratio()
print((time.perf_counter() - started) * 1000)
`;

const rows = await readJsonl(
  join(import.meta.dirname, '../test/fixtures/difflib.jsonl.gz'),
  z.object({ a: z.string(), b: z.string() }),
);
const pairs = rows.map(({ a, b }) => [a, b] as const);
const ours = median(await timeRuns(async () => pairs.map(([a, b]) => sequenceRatio(a, b)), { runs: 5 }));
const python: number[] = [];
for (let round = 0; round < 5; round++)
  python.push(Number((await execa('python3', ['-c', PYTHON], { input: JSON.stringify(pairs) })).stdout));
printTable(`${pairs.length} pairs, median of 5`, [
  ['stepwright', ours],
  ['CPython difflib', median(python)],
]);
