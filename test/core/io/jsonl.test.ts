import { closeSync, openSync, readFileSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { JsonlWriter } from '../../../src/core/io/jsonl.ts';
import { readOwnRows } from '../../../src/core/io/own-rows.ts';
import { openRowWriter } from '../../../src/core/io/row-writer.ts';
import { DEFAULT_MAX_ROW_BYTES } from '../../../src/core/io/rows.ts';
import { smallDisk } from '../../support/small-disk.ts';
import { temporaryFolder } from '../../support/temp.ts';

const row = z.object({ n: z.number() });

describe('appending rows', () => {
  test('rows come back as they were appended, in order, also when appended at once', async () => {
    const file = join(temporaryFolder(), 'a.jsonl');
    {
      await using writer = await JsonlWriter.open(file);
      await Promise.all(Array.from({ length: 50 }, (_, n) => writer.append({ n })));
    }
    expect((await readOwnRows(file, row)).map(({ n }) => n)).toEqual(Array.from({ length: 50 }, (_, n) => n));
  });

  test.each([
    { what: 'half a row is cut', before: '{"n":1}\n{"n":', after: '{"n":1}\n' },
    { what: 'a row that lacks nothing but its LF is kept', before: '{"n":1}\n{"n":2}', after: '{"n":1}\n{"n":2}\n' },
    {
      what: 'what a power cut filled with zeros is cut',
      before: `{"n":1}\n${'\0'.repeat(200_000)}`,
      after: '{"n":1}\n',
    },
    { what: 'a file without a whole row becomes empty', before: '{"n"', after: '' },
  ])('to a file that ends in its middle: $what', async ({ before, after }) => {
    const file = join(temporaryFolder(), 'a.jsonl');
    writeFileSync(file, before);
    {
      await using writer = await JsonlWriter.open(file);
      await writer.append({ n: 3 });
    }
    expect(readFileSync(file, 'utf8')).toBe(`${after}{"n":3}\n`);
  });

  test('to a file of more than 2 GiB looks at its end alone', async () => {
    const file = join(temporaryFolder(), 'a.jsonl');
    const descriptor = openSync(file, 'w');
    truncateSync(file, 2 ** 31 + 10); // sparse: it takes no room
    writeSync(descriptor, '\n{"n":1}\n{"n"', 2 ** 31 + 10);
    closeSync(descriptor);
    {
      await using writer = await JsonlWriter.open(file);
      await writer.append({ n: 2 });
    }
    expect(statSync(file).size).toBe(2 ** 31 + 10 + '\n{"n":1}\n{"n":2}\n'.length);
  });

  test('each waits for the disk, and those of one moment wait together', async () => {
    const file = join(temporaryFolder(), 'a.jsonl');
    await using writer = await JsonlWriter.open(file);
    await using handle = await open(file);
    const sync = vi.spyOn(Object.getPrototypeOf(handle), 'datasync');
    onTestFinished(() => sync.mockRestore());
    await writer.append({ n: 1 });
    expect(sync).toHaveBeenCalledTimes(1);
    await Promise.all(Array.from({ length: 100 }, (_, n) => writer.append({ n })));
    expect(sync.mock.calls.length).toBeLessThan(5);
  });

  test('a row that readers would refuse is not written, by either writer; rows beside it are', async () => {
    const dir = temporaryFolder();
    const long = { n: 0, text: 'x'.repeat(DEFAULT_MAX_ROW_BYTES) };
    const longest = { n: 0, text: 'x'.repeat(DEFAULT_MAX_ROW_BYTES - '{"n":0,"text":""}'.length) };
    const refusal = /a row of \d+ bytes is not written, up to 67108864 are read/;
    await using appended = await JsonlWriter.open(join(dir, 'a.jsonl'));
    await using written = await openRowWriter(join(dir, 'b.jsonl'));
    const [before, refused, after] = await Promise.allSettled(
      [{ n: 1 }, long, longest].map((one) => appended.append(one)),
    );
    expect([before!.status, refused!.status, after!.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    await written.write({ n: 1 });
    await expect(written.write(long)).rejects.toThrow(refusal);
    await written.write(longest);
    await written.commit();
    for (const file of ['a.jsonl', 'b.jsonl'])
      expect(await readOwnRows(join(dir, file), row)).toEqual([{ n: 1 }, { n: 0 }]);
  });

  test('a full disk is one line, leaves whole rows, and takes more once there is room', async (context) => {
    const dir = smallDisk(context, '64k');
    const file = join(dir, 'a.jsonl');
    await using writer = await JsonlWriter.open(file);
    await writer.append({ n: 1 });
    await expect(writer.append({ n: 2, text: 'x'.repeat(100_000) })).rejects.toThrow(
      `${file}: no space left for a row. What was there before is whole`,
    );
    await writer.append({ n: 3 });
    expect(await readOwnRows(file, row)).toEqual([{ n: 1 }, { n: 3 }]);
  });
});
