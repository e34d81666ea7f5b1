// Rows of a run folder: what a killed run leaves is forgiven, and nothing else.
import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readOwnRows, resumeRows } from '../../../src/core/io/own-rows.ts';
import { DEFAULT_MAX_ROW_BYTES } from '../../../src/core/io/rows.ts';
import type { RunEvent } from '../../../src/core/run/events.ts';
import { temporaryFolder } from '../../support/temp.ts';

const row = z.object({ n: z.number() });

describe('rows of a run folder', () => {
  test('U+2028 inside a string does not split a row', async () => {
    const file = join(temporaryFolder(), 'a.jsonl');
    writeFileSync(file, `${JSON.stringify({ s: 'a\u2028b' })}\n`);
    expect(await readOwnRows(file, z.object({ s: z.string() }))).toEqual([{ s: 'a\u2028b' }]);
  });

  test('a torn last line is skipped, a whole one without a newline is read', async () => {
    const file = join(temporaryFolder(), 'a.jsonl');
    writeFileSync(file, '{"n":1}\n{"n":2}\n{"n":');
    expect(await readOwnRows(file, row)).toEqual([{ n: 1 }, { n: 2 }]);
    writeFileSync(file, '{"n":1}\n{"n":2}');
    expect(await readOwnRows(file, row)).toEqual([{ n: 1 }, { n: 2 }]);
  });

  test('a malformed row names the file, the line, what was found and what to do', async () => {
    const file = join(temporaryFolder(), 'a.jsonl');
    writeFileSync(file, '{"n":1}\n{"n":"two"}\n{"n":3}\n');
    await expect(readOwnRows(file, row)).rejects.toThrow(
      /a\.jsonl:2: `n`: expected number, found "two"\. Fix or remove that row\./,
    );
    writeFileSync(file, '{"n":1}\n');
    appendFileSync(file, 'garbage\n');
    await expect(readOwnRows(file, row)).rejects.toThrow(/a\.jsonl:2: not JSON/);
  });

  test('a missing file has no rows, a gzipped one is read', async () => {
    const dir = temporaryFolder();
    expect(await readOwnRows(join(dir, 'none.jsonl'), row)).toEqual([]);
    writeFileSync(join(dir, 'b.jsonl.gz'), gzipSync('{"n":7}\n'));
    expect(await readOwnRows(join(dir, 'b.jsonl.gz'), row)).toEqual([{ n: 7 }]);
  });
});

test('of rows that a command wrote itself, one that cannot be read is rejected with a warning, and the others count', async () => {
  const file = join(temporaryFolder(), 'a.jsonl');
  writeFileSync(file, '{"n":1}\ngarbage\n');
  appendFileSync(file, `"${'x'.repeat(DEFAULT_MAX_ROW_BYTES)}"\n{"n":2}\n{"n":`);
  const events: RunEvent[] = [];
  const before = statSync(file).size;
  const { rows, rejected } = await resumeRows(file, row, (event) => events.push(event));
  expect({ rows, rejected }).toEqual({ rows: [{ n: 1 }, { n: 2 }], rejected: 2 });
  expect(events).toMatchObject([{ type: 'warn', text: expect.stringContaining('2 of 4 rows cannot be read') }]);
  const aside = readFileSync(`${file}.rejected.jsonl`, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(aside).toMatchObject([{ line: 2, row: 'garbage' }, { line: 3 }]);
  expect(statSync(file).size).toBe(before);
});
