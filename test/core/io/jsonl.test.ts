import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { JsonlWriter } from '../../../src/core/io/jsonl.ts';
import { readOwnRows } from '../../../src/core/io/own-rows.ts';
import { temporaryFolder } from '../../support/temp.ts';

const row = z.object({ n: z.number() });

describe('JSON lines', () => {
  test('rows come back as they were appended, in order, also when appended at once', async () => {
    const file = join(temporaryFolder(), 'a.jsonl');
    {
      await using writer = await JsonlWriter.open(file);
      await Promise.all(Array.from({ length: 50 }, (_, n) => writer.append({ n })));
    }
    expect((await readOwnRows(file, row)).map(({ n }) => n)).toEqual(Array.from({ length: 50 }, (_, n) => n));
  });

  test('a torn last line is cut when appended to', async () => {
    const file = join(temporaryFolder(), 'a.jsonl');
    writeFileSync(file, '{"n":1}\n{"n":2}\n{"n":');
    {
      await using writer = await JsonlWriter.open(file);
      await writer.append({ n: 3 });
    }
    expect(readFileSync(file, 'utf8')).toBe('{"n":1}\n{"n":2}\n{"n":3}\n');
  });
});
