// Rows of a run folder: what a killed run leaves is forgiven, and nothing else.
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readOwnRows } from '../../../src/core/io/own-rows.ts';
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
