// A process of its own that does a run of small steps as commands do (a row of JSON lines each, a checkpoint folder every fourth) until it is
// done or killed: `tsx kill-writer.ts FOLDER STEPS`.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { JsonlWriter } from '../../../src/core/io/jsonl.ts';
import { resumeRows } from '../../../src/core/io/own-rows.ts';
import { silent } from '../../../src/core/run/events.ts';
import { replaceFolder, settleFolder } from '../../../src/core/run/folders.ts';
import { openRun } from '../../../src/core/run/run-dir.ts';

const [dir, steps] = process.argv.slice(2);
await using run = await openRun({ command: 'test', config: { steps }, dir: dir! });
const file = run.path('rows.jsonl');
const { rows, rejected } = await resumeRows(file, z.object({ n: z.number(), text: z.string() }), silent);
if (rejected > 0) throw new Error('a row in the middle is broken');
await settleFolder(run.path('checkpoint'));
if (rows.length >= 4) {
  const [a, b] = ['a', 'b'].map((name) => Number(readFileSync(join(run.path('checkpoint'), name), 'utf8')));
  if (a !== b || a! > rows.length || a! < rows.length - 7)
    throw new Error(`checkpoint of ${a} and ${b} after ${rows.length} rows`);
}
console.log('resumed');
await using writer = await JsonlWriter.open(file);
for (let n = rows.length; n < Number(steps); n++) {
  await writer.append({ n, text: `${n}`.repeat(20_000) });
  if (n % 4 !== 3) continue;
  await replaceFolder(run.path('checkpoint'), async (fresh) => {
    for (const name of ['a', 'b']) writeFileSync(join(fresh, name), String(n + 1));
  });
}
console.log('done');
