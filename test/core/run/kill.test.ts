import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createRandom } from '../../../src/core/run/random.ts';
import { startScript } from '../../support/process.ts';
import { temporaryFolder } from '../../support/temp.ts';

const WRITER = join(import.meta.dirname, 'kill-writer.ts');
const STEPS = 160;
const KILLS = 3;

test('a run that is killed again and again ends with what an undisturbed one has', async () => {
  const random = createRandom(1);
  const dir = temporaryFolder();
  for (let n = 0; n < KILLS; n++) {
    const writer = startScript(WRITER, dir, String(STEPS));
    expect(await writer.line()).toBe('resumed');
    await sleep(random() * 150);
    await writer.kill();
  }
  const last = startScript(WRITER, dir, String(STEPS));
  expect(await last.line()).toBe('resumed');
  expect(await last.line()).toBe('done');
  const rows = Array.from({ length: STEPS }, (_, n) => `${JSON.stringify({ n, text: `${n}`.repeat(20_000) })}\n`);
  expect(readFileSync(join(dir, 'rows.jsonl'), 'utf8') === rows.join('')).toBe(true);
  expect(['a', 'b'].map((name) => readFileSync(join(dir, 'checkpoint', name), 'utf8'))).toEqual(['160', '160']);
  expect(readdirSync(dir).sort()).toEqual(['checkpoint', 'rows.jsonl', 'run.json', 'run.lock']);
}, 120_000);
