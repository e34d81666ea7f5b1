import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type BadRow, type RawRow, readRawRows } from '../../../src/core/io/rows.ts';
import { openScorer, type ScorerOptions } from '../../../src/data/reward/scorer.ts';

const GOLDEN = join(import.meta.dirname, '../../fixtures/difflib.jsonl.gz');

async function score(options: ScorerOptions, rows: AsyncIterable<RawRow | BadRow> = readRawRows(GOLDEN)) {
  await using scorer = await openScorer(options);
  const told: unknown[] = [];
  await scorer.score(rows, (outcomes) => void told.push(...outcomes));
  return told;
}

test('the outcome is the same, and in the same order, with any number of threads', async () => {
  const ratios: number[] = [];
  for await (const { bytes } of readRawRows(GOLDEN) as AsyncGenerator<RawRow>)
    ratios.push(JSON.parse(bytes.toString()).ratio);
  const alone = await score({ workers: 0 });
  expect(alone.map((line) => JSON.parse(line as string).reward)).toEqual(ratios);
  expect(await score({ workers: 1 })).toEqual(alone);
  expect(await score({ workers: 3 })).toEqual(alone);
});

test('several streams are scored at once, each in its own order', async () => {
  await using scorer = await openScorer({ workers: 2 });
  const streams = await Promise.all(
    [1, 2, 3].map(async () => {
      const told: unknown[] = [];
      await scorer.score(readRawRows(GOLDEN), (outcomes) => void told.push(...outcomes));
      return told;
    }),
  );
  expect(streams[0]).toHaveLength(1500);
  expect(streams[1]).toEqual(streams[0]);
  expect(streams[2]).toEqual(streams[0]);
});

test('a row that is no pair is told in its place, from a thread too', async () => {
  async function* rows(): AsyncGenerator<RawRow> {
    const texts = ['{"a":"x","b":"x"}', '{"a":"x"}', 'null', '{"text":1,"expert":""}', '[', '{"text":"","expert":""}'];
    for (const [index, text] of [...texts, JSON.stringify({ a: '', b: 'x'.repeat(20_000) })].entries())
      yield { file: 'f', line: index + 1, byteOffset: 0, bytes: Buffer.from(text), isEnded: true };
  }
  const why = 'expected strings `a` and `b`, or `text` and `expert`';
  const place = { file: 'f', byteOffset: 0 };
  for (const workers of [0, 1])
    expect(await score({ workers }, rows())).toEqual([
      '{"similarity":1,"reward":1,"format_ok":true}',
      { ...place, line: 2, why: `${why}; there are \`a\`` },
      { ...place, line: 3, why: `${why}, found null` },
      { ...place, line: 4, why: `${why}; \`text\` is 1` },
      { ...place, line: 5, why: expect.stringContaining('not JSON') },
      '{"similarity":0,"reward":-1,"format_ok":false}',
      '{"similarity":0,"reward":0,"format_ok":true}',
    ]);
});

test('what breaks the source is thrown after the outcomes before it', async () => {
  await using scorer = await openScorer({ workers: 0 });
  async function* broken(): AsyncGenerator<RawRow> {
    yield { file: 'f', line: 1, byteOffset: 0, bytes: Buffer.from('{"a":"","b":""}'), isEnded: true };
    throw new Error('gone');
  }
  const told: unknown[] = [];
  await expect(scorer.score(broken(), (outcomes) => void told.push(...outcomes))).rejects.toThrow('gone');
  expect(told).toHaveLength(1);
});
