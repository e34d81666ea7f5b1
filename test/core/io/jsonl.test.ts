import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { JsonlWriter, readJsonl, scanJsonl } from '../../../src/core/io/jsonl.ts';
import { temporaryFolder } from '../../support/temp.ts';

const row = z.object({ n: z.number() });

describe('JSON lines', () => {
  test('rows come back as they were appended, in order, also when appended at once', async () => {
    const file = join(temporaryFolder(), 'a.jsonl');
    {
      await using writer = await JsonlWriter.open(file);
      await Promise.all(Array.from({ length: 50 }, (_, n) => writer.append({ n })));
    }
    expect((await readJsonl(file, row)).map(({ n }) => n)).toEqual(Array.from({ length: 50 }, (_, n) => n));
  });

  test('U+2028 inside a string does not split a row', async () => {
    const file = join(temporaryFolder(), 'a.jsonl');
    writeFileSync(file, `${JSON.stringify({ s: 'a\u2028b' })}\n`);
    expect(await readJsonl(file, z.object({ s: z.string() }))).toEqual([{ s: 'a\u2028b' }]);
  });

  test('a torn last line is skipped when read, and cut when appended to', async () => {
    const file = join(temporaryFolder(), 'a.jsonl');
    writeFileSync(file, '{"n":1}\n{"n":2}\n{"n":');
    expect((await scanJsonl(file, row)).rows).toEqual([{ n: 1 }, { n: 2 }]);
    {
      await using writer = await JsonlWriter.open(file);
      await writer.append({ n: 3 });
    }
    expect(readFileSync(file, 'utf8')).toBe('{"n":1}\n{"n":2}\n{"n":3}\n');
  });

  test('a last row without a newline counts when it is whole', async () => {
    const file = join(temporaryFolder(), 'a.jsonl');
    writeFileSync(file, '{"n":1}\n{"n":2}');
    expect(await readJsonl(file, row)).toEqual([{ n: 1 }, { n: 2 }]);
  });

  test('a malformed row in the middle names the file, the line and what to do', async () => {
    const file = join(temporaryFolder(), 'a.jsonl');
    writeFileSync(file, '{"n":1}\n{"n":"two"}\n{"n":3}\n');
    await expect(readJsonl(file, row)).rejects.toThrow(/a\.jsonl:2: `n`: .*expected number.*Mend or remove/);
    appendFileSync(file, 'garbage\n');
    expect((await scanJsonl(file, row)).bad.map(({ line }) => line)).toEqual([2, 4]);
  });

  test('a missing file has no rows, a gzipped one is read', async () => {
    const dir = temporaryFolder();
    expect(await readJsonl(join(dir, 'none.jsonl'), row)).toEqual([]);
    writeFileSync(join(dir, 'b.jsonl.gz'), gzipSync('{"n":7}\n'));
    expect(await readJsonl(join(dir, 'b.jsonl.gz'), row)).toEqual([{ n: 7 }]);
  });
});
