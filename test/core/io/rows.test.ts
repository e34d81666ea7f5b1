// Rows out of files that nobody vouches for: every good row comes, every bad one is told with its place.
import { execFileSync } from 'node:child_process';
import { readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type RowLimits, readRows } from '../../../src/core/io/rows.ts';
import { createRandom } from '../../../src/core/run/random.ts';
import { temporaryFolder } from '../../support/temp.ts';

async function rowsOf(content: string | Uint8Array, limits: RowLimits = {}, name = 'a.jsonl') {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, content);
  const [values, bad]: [
    unknown[],
    { line: number; byteOffset: number; index?: number; why: string; isTorn?: boolean }[],
  ] = [[], []];
  for await (const row of readRows(file, limits)) {
    expect(row.file).toBe(file);
    if ('why' in row) bad.push(row);
    else values.push(row.value);
  }
  return { values, bad };
}

const good = '{"n":1}\n';

describe('a bad row is told with line and byte offset, and the good ones around it are read:', () => {
  test.each<[string, Uint8Array | string, RegExp]>([
    ['no JSON', 'nope', /^not JSON \(Unexpected token/],
    ['JSON cut in the middle', '{"n":"ab', /^not JSON \(Unterminated string in JSON at position 8\)/],
    [
      'bytes that are not UTF-8',
      Buffer.from([...Buffer.from('{"s":"é'), 0xc3, 0x28, 0x22, 0x7d]),
      /^not UTF-8 from its byte 8 on/,
    ],
    ['a hole of NUL bytes', '\0\0\0\0', /^not JSON \(NUL at its byte 0\)/],
    ['a NUL in a string', '{"s":"a\0b"}', /^not JSON \(NUL at its byte 7\)/],
    ['deep nesting', `${'[{"a":'.repeat(500)}1${'}]'.repeat(500)}`, /nested deeper than 200/],
    ['a million brackets', '['.repeat(1e6), /nested deeper than 200/],
    [
      'a row longer than the limit',
      `{"s":"${'x'.repeat(5000)}"}`,
      /^not read: 5008 bytes in one row, the limit is 4096/,
    ],
  ])('%s', async (_, row, why) => {
    const limits = /limit/.test(why.source) ? { maxRowBytes: 4096 } : {};
    const { values, bad } = await rowsOf(
      Buffer.concat([Buffer.from(`${good}é\n`), Buffer.from(row), Buffer.from(`\n${good}`)]),
      limits,
    );
    expect(values).toEqual([{ n: 1 }, { n: 1 }]);
    expect(bad).toHaveLength(2);
    expect(bad[1]).toMatchObject({ line: 3, byteOffset: 11, why: expect.stringMatching(why) });
    expect(bad[1]!.why).toMatch(/^[^\n\0]*$/);
  });
});

test('brackets and escaped quotes in strings nest nothing', async () => {
  const value = { s: `\\"${'['.repeat(1000)}\\\\`, t: '{'.repeat(1000) };
  expect(await rowsOf(`${JSON.stringify(value)}\n`)).toEqual({ values: [value], bad: [] });
});

test('blank lines, CRLF and a byte order mark are no rows of their own', async () => {
  expect(await rowsOf(`\ufeff{"n":1}\r\n\n  \r\n${' \t'.repeat(5000)}\n{"n":2}\r\n`)).toEqual({
    values: [{ n: 1 }, { n: 2 }],
    bad: [],
  });
});

test('a last row without LF counts when it is whole, and is torn when it is not', async () => {
  expect(await rowsOf(`${good}{"n":2}`)).toEqual({ values: [{ n: 1 }, { n: 2 }], bad: [] });
  expect((await rowsOf(`${good}{"n":`)).bad).toMatchObject([{ line: 2, byteOffset: 8, isTorn: true }]);
});

test('rows that straddle the pieces in which a file is read come whole', async () => {
  const rows = Array.from({ length: 40 }, (_, n) => ({ n, s: 'é"\\'.repeat(30_000 + n) }));
  const { values } = await rowsOf(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  expect(values).toEqual(rows);
});

describe('one document laid out over lines', () => {
  const document = [{ role: 'user', content: 'a\nb' }, { n: [1] }];
  test('is one row', async () => {
    expect(await rowsOf(JSON.stringify(document, null, 2))).toEqual({ values: [document], bad: [] });
    expect(await rowsOf(gzipSync(JSON.stringify(document, null, 1)))).toEqual({ values: [document], bad: [] });
  });

  test('is one bad row when it is cut or too long, however many lines it has', async () => {
    const text = JSON.stringify(document, null, 2);
    const isOneRow = () => true;
    expect((await rowsOf(text.slice(0, -4), { isOneRow })).bad).toMatchObject([
      { line: 1, why: expect.stringMatching(/not JSON/) },
    ]);
    expect((await rowsOf(text, { isOneRow, maxRowBytes: 20 })).bad).toMatchObject([
      { line: 1, why: expect.stringMatching(/limit is 20/) },
    ]);
  });

  test('is not what a file of rows is taken for, whose first row is broken', async () => {
    const { values, bad } = await rowsOf(`{"n":\n${good}${good}`);
    expect(values).toHaveLength(2);
    expect(bad).toMatchObject([{ line: 1, byteOffset: 0 }]);
  });
});

describe('a list', () => {
  const elements = [{ n: 1, s: '],[{"\\' }, { n: 2, deep: [{ a: [1, 2] }] }, { n: 3 }];
  const laidOut: [string, string][] = [
    ['on one line', JSON.stringify(elements)],
    ['on one line that is ended', `${JSON.stringify(elements)}\n`],
    ['laid out', `${JSON.stringify(elements, null, 2)}\n`],
    ['with a line for each', `[${elements.map((element) => JSON.stringify(element)).join(',\n')}]\n`],
  ];

  test.each(laidOut)('%s, too long to be one row, is a row for each element', async (_, text) => {
    const { values, bad } = await rowsOf(text, { maxRowBytes: text.length - 2 });
    expect({ values, bad }).toEqual({ values: elements, bad: [] });
  });

  test.each(laidOut)('%s, cut, gives the elements before the cut, and says where the next begins', async (_, text) => {
    const at = text.indexOf('3') - 2;
    const { values, bad } = await rowsOf(text.slice(0, at));
    expect(values).toEqual(elements.slice(0, 2));
    expect(bad).toMatchObject([{ line: 1, index: 2, why: expect.stringMatching(/^not JSON/), isTorn: true }]);
    expect(text.slice(bad[0]!.byteOffset, at).trim()).toMatch(/^\{\s*"n"?$/);
  });

  test('is one bad row where its elements are none', async () => {
    const text = JSON.stringify(elements, null, 2).slice(0, -20);
    expect((await rowsOf(text, { isOneRow: (element) => (element as { n: number }).n === 1 })).bad).toMatchObject([
      { line: 1, byteOffset: 0, why: expect.stringMatching(/^not JSON/) },
    ]);
  });

  test('one element that is too long costs itself', async () => {
    const { values, bad } = await rowsOf(JSON.stringify([...elements, { s: 'x'.repeat(99) }, { n: 4 }]), {
      maxRowBytes: 64,
    });
    expect(values).toEqual([...elements, { n: 4 }]);
    expect(bad).toMatchObject([{ index: 3, why: 'not read: 107 bytes in one row, the limit is 64' }]);
  });

  test('in a gzip that is cut gives what came before', async () => {
    const noise = Array.from({ length: 200 }, (_, n) => ({ n, s: createRandom(`${n}`)().toString().repeat(9) }));
    const cut = gzipSync(JSON.stringify(noise)).subarray(0, -500);
    const { values, bad } = await rowsOf(cut);
    expect(values.length).toBeGreaterThan(50);
    expect(values).toEqual(noise.slice(0, values.length));
    expect(bad).toMatchObject([{ line: 1, index: values.length, why: expect.stringMatching(/^gzip: /) }]);
  });
});

describe.each([
  ['gzip', (text: string) => gzipSync(text)],
  ['zstd', (text: string) => execFileSync('zstd', ['-c', '-q'], { input: text, maxBuffer: 1e9 })],
])('%s', (format, compress) => {
  // Digits of a fixed generator: they do not compress away.
  const random = createRandom('noise');
  const noise = (length: number): string => Array.from({ length }, () => Math.floor(random() * 10)).join('');
  const rows = Array.from({ length: 300 }, (_, n) => ({ n, s: noise(2000) }));
  const text = rows.map((row) => `${JSON.stringify(row)}\n`).join('');

  test('is known by what it holds, not by its name', async () => {
    expect(await rowsOf(compress(text), {}, 'a.txt')).toEqual({ values: rows, bad: [] });
    expect(await rowsOf(text, {}, 'a.jsonl.gz')).toEqual({ values: rows, bad: [] });
  });

  test('of several parts one after the other is read to the end', async () => {
    const half = text.indexOf('\n', text.length / 2) + 1;
    const parts = Buffer.concat([compress(text.slice(0, half)), compress(text.slice(half))]);
    expect(await rowsOf(parts)).toEqual({ values: rows, bad: [] });
  });

  test('cut off gives the whole rows before the cut, and says where it was', async () => {
    const cut = compress(text).subarray(0, -20_000);
    const { values, bad } = await rowsOf(cut);
    expect(values.length).toBeGreaterThan(100);
    expect(values).toEqual(rows.slice(0, values.length));
    const before = rows.slice(0, values.length).reduce((sum, row) => sum + JSON.stringify(row).length + 1, 0);
    expect(bad).toMatchObject([
      { line: values.length + 1, byteOffset: before, why: expect.stringMatching(`^${format}: unexpected `) },
    ]);
  });

  test('with wrong bytes inside is told too', async () => {
    const wrong = Buffer.from(compress(text));
    wrong.fill(0xff, wrong.length / 2, wrong.length / 2 + 64);
    const { bad } = await rowsOf(wrong);
    expect(bad.at(-1)!.why).toMatch(new RegExp(`^${format}: |not JSON`));
  });
});

describe('zstd that wants more memory than its own tools give is refused', () => {
  const greedy = Buffer.concat([Buffer.from('28b52ffd0098', 'hex'), Buffer.alloc(20)]);
  const sized = Buffer.concat([Buffer.from('28b52ffde00000002000000000', 'hex'), Buffer.alloc(20)]);
  const skippable = Buffer.from('532a4d1803000000414243', 'hex');
  const small = execFileSync('zstd', ['-c', '-q'], { input: good });
  test.each<[string, Uint8Array, unknown[]]>([
    ['in its first frame', greedy, []],
    ['for what it says that it holds', sized, []],
    ['in a frame after a skippable one', Buffer.concat([skippable, greedy]), []],
    ['in a later frame', Buffer.concat([small, skippable, greedy]), [{ n: 1 }]],
  ])('%s', async (_, frames, values) => {
    const read = await rowsOf(frames);
    expect(read.values).toEqual(values);
    expect(read.bad).toMatchObject([{ why: expect.stringMatching(/zstd: a window of 536870912/) }]);
  });
});

test.each([
  ['a skippable frame that is cut', Buffer.from('502a4d18ffffffff00', 'hex'), /zstd: unexpected end of file/],
  [
    'bytes after the last frame',
    Buffer.concat([Buffer.from('502a4d1800000000', 'hex'), Buffer.from('nope')]),
    /begins/,
  ],
])('zstd with %s is reported', async (_, frames, why) => {
  expect((await rowsOf(frames)).bad).toMatchObject([{ why: expect.stringMatching(why) }]);
});

test('frames and skippable frames of zstd are read one after the other, checksums or not', async () => {
  const frame = (n: number, ...flags: string[]) =>
    execFileSync('zstd', ['-c', '-q', ...flags], { input: `{"n":${n}}\n` });
  const skippable = Buffer.from('5f2a4d1803000000414243', 'hex');
  const frames = Buffer.concat([skippable, frame(1), skippable, frame(2, '--no-check'), frame(3, '--no-content-size')]);
  expect(await rowsOf(frames)).toEqual({ values: [{ n: 1 }, { n: 2 }, { n: 3 }], bad: [] });
});

test('a 200 MB line is passed over in little memory', () => {
  const dir = temporaryFolder();
  const script = `
    import { createWriteStream } from 'node:fs';
    import { once } from 'node:events';
    import { readRows } from '${import.meta.dirname}/../../../src/core/io/rows.ts';
    const file = '${dir}/long.jsonl';
    const out = createWriteStream(file);
    out.write('{"n":1}\\n"');
    const piece = 'x'.repeat(1e6);
    for (let i = 0; i < 200; i++) if (!out.write(piece)) await once(out, 'drain');
    out.end('"\\n{"n":2}\\n');
    await once(out, 'close');
    const rows = [];
    for await (const { value, why, line, byteOffset } of readRows(file)) rows.push({ value, why, line, byteOffset });
    console.log(JSON.stringify({ rows, rss: process.resourceUsage().maxRSS / 1024 }));
  `;
  writeFileSync(join(dir, 'script.mts'), script);
  const told = JSON.parse(
    execFileSync(process.execPath, ['--import', 'tsx', join(dir, 'script.mts')], { encoding: 'utf8' }),
  );
  expect(told.rows).toMatchObject([
    { value: { n: 1 } },
    { line: 2, byteOffset: 8, why: 'not read: 200000002 bytes in one row, the limit is 67108864' },
    { value: { n: 2 }, line: 3, byteOffset: 200000011 },
  ]);
  expect(told.rss).toBeLessThan(300);
});

test('a file that is not there, or is a folder, is an error and no row', async () => {
  await expect(readRows('/no/such/file').next()).rejects.toThrow(/ENOENT/);
  await expect(readRows(temporaryFolder()).next()).rejects.toThrow(/EISDIR/);
});

test('a file is closed when its reader stops early', async () => {
  const file = join(temporaryFolder(), 'a.jsonl');
  writeFileSync(file, good.repeat(1e5));
  const isOpen = () => readdirSync('/proc/self/fd').some((fd) => linkOf(`/proc/self/fd/${fd}`) === file);
  for await (const _ of readRows(file)) break;
  expect(isOpen()).toBe(false);
});

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined; // closed since it was listed
  }
}
