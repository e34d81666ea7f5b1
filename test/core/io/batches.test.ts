import { expect, test } from 'vitest';
import { gatherBatches, unpackRows } from '../../../src/core/io/batches.ts';
import type { BadRow, RawRow } from '../../../src/core/io/rows.ts';

const row = (line: number, text: string): RawRow => ({
  file: 'f',
  line,
  byteOffset: 10 * line,
  bytes: Buffer.from(text),
  isEnded: true,
});
const bad: BadRow = { file: 'f', line: 2, byteOffset: 20, why: 'not JSON' };

async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

async function* give(rows: Iterable<RawRow | BadRow>): AsyncGenerator<RawRow | BadRow> {
  yield* rows;
}

test('rows come back as they were, bad ones in their place', async () => {
  const rows = [row(1, '{"a":"é"}'), bad, row(3, ''), row(4, '[]')];
  const batches = await all(gatherBatches(give(rows)));
  expect(batches).toHaveLength(1);
  expect(unpackRows(batches[0]!)).toEqual(rows);
});

test('a batch is some hundred kilobytes, whatever the rows', async () => {
  const rows = Array.from({ length: 1000 }, (_, n) => row(n + 1, 'x'.repeat(2000)));
  const batches = await all(gatherBatches(give(rows)));
  expect(batches.map(({ bytes }) => bytes.length).slice(0, -1)).toEqual(Array(7).fill(264_000));
  expect(batches.flatMap(unpackRows).map(({ line }) => line)).toEqual(rows.map(({ line }) => line));
});

test('what is there is given when nothing more comes for now', async () => {
  let goOn = (): void => undefined;
  async function* slowly(): AsyncGenerator<RawRow> {
    yield row(1, 'a');
    yield row(2, 'b');
    await new Promise<void>((resolve) => {
      goOn = resolve;
    });
    yield row(3, 'c');
  }
  const batches = gatherBatches(slowly());
  expect(unpackRows((await batches.next()).value!)).toEqual([row(1, 'a'), row(2, 'b')]);
  goOn();
  expect(unpackRows((await batches.next()).value!)).toEqual([row(3, 'c')]);
  expect((await batches.next()).done).toBe(true);
});

test('what breaks the source is thrown after the rows before it', async () => {
  async function* broken(): AsyncGenerator<RawRow> {
    yield row(1, 'a');
    throw new Error('gone');
  }
  const batches = gatherBatches(broken());
  expect(unpackRows((await batches.next()).value!)).toEqual([row(1, 'a')]);
  await expect(batches.next()).rejects.toThrow('gone');
});
