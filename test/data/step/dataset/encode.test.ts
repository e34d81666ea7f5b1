import { expect, test } from 'vitest';
import { encodeRows } from '../../../../src/data/step/dataset/encode.ts';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
const issue = { role: 'user', content: 'é🙂 "prompt":0 \n \u2028' } as const;
const action = { role: 'assistant', content: 'x'.repeat(3_000_000) } as const;

test('rows are the lines that JSON.stringify makes of them, whether messages are shared or not', () => {
  const rows = [
    { id: '"prompt":0', prompt: [issue], action: 'a' },
    { prompt: [issue, action, { ...issue }], extra: { b: [1, null], prompt: 2 }, absent: undefined },
    { prompt: [], id: 'c' },
    { prompt: [action, issue] },
  ];
  expect(text(encodeRows(rows).bytes)).toBe(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
});

test('the ends of rows are where their lines end', () => {
  const { bytes, ends } = encodeRows([{ prompt: [issue] }, { prompt: [] }]);
  expect(ends.map((end, i) => JSON.parse(text(bytes.subarray(ends[i - 1] ?? 0, end))))).toEqual([
    { prompt: [issue] },
    { prompt: [] },
  ]);
  expect(ends.at(-1)).toBe(bytes.length);
});

test('no rows are no bytes', () => {
  encodeRows([{ prompt: [issue] }]);
  expect(text(encodeRows([]).bytes)).toBe('');
});

test.each([
  ['every character that JSON escapes', Array.from({ length: 0x100 }, (_, code) => String.fromCharCode(code)).join('')],
  ['halves of surrogate pairs', `${'a'.repeat(100)}\ud83d and \ude42`],
  ['what is longer than the piece that is escaped at once', `é🙂"\n${'🙂"'.repeat(20_000)}`],
  ['nothing', ''],
])('%s come as JSON.stringify writes them', (_, content) => {
  const row = { prompt: [{ role: 'user', content }], thought: content.repeat(2) } as const;
  expect(text(encodeRows([row]).bytes)).toBe(`${JSON.stringify(row)}\n`);
});
