import { copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openGguf } from '../../../../src/learning/student/gguf/file.ts';
import { fixture } from '../support.ts';
import { floats, writeGguf } from './write-gguf.ts';

const folder = mkdtempSync(join(tmpdir(), 'stepwright-test-'));
afterAll(() => rmSync(folder, { recursive: true }));
const types = fixture('gguf/types.gguf');

test('tensors of every type are what gguf-py makes of them, bit for bit', async () => {
  const expected = readFileSync(fixture('gguf/types.f32'));
  await using file = await openGguf(types);
  let at = 0;
  for (const [name, { size, type }] of file.tensors) {
    expect(type).toBe(name);
    const values = new Float32Array(size);
    await file.read(name, values);
    expect(Buffer.from(values.buffer).equals(expected.subarray(at, at + 4 * size)), name).toBe(true);
    at += 4 * size;
  }
  expect(at).toBe(expected.length);
});

test('rows can be read from the middle of a tensor', async () => {
  await using file = await openGguf(types);
  for (const [name, { size, shape }] of file.tensors) {
    const [all, second] = [new Float32Array(size), new Float32Array(shape[1]!)];
    await file.read(name, all);
    await file.read(name, second, shape[1]);
    expect(second, name).toEqual(all.subarray(shape[1]));
  }
});

describe('what is no whole GGUF file is refused in one line', () => {
  test.each([
    [
      'in a tensor',
      -40,
      /the GGUF file is cut short \(tensor Q6_K ends at byte \d+ of \d+\)\. Copy or download it again\.$/,
    ],
    ['in its list of tensors', 300, /cut short \(its header does not end\)/],
    ['in its metadata', 40, /cut short \(its header does not end\)/],
  ])('cut %s', async (_, length, message) => {
    const path = join(folder, 'cut.gguf');
    copyFileSync(types, path);
    truncateSync(path, length < 0 ? readFileSync(types).length + length : length);
    await expect(openGguf(path)).rejects.toThrow(message);
  });

  test('not GGUF at all, or not there', async () => {
    const path = join(folder, 'text.gguf');
    writeFileSync(path, 'version https://git-lfs.github.com/spec/v1\n');
    await expect(openGguf(path)).rejects.toThrow(`${path}: not a GGUF file.`);
    await expect(openGguf(join(folder, 'none.gguf'))).rejects.toThrow(/cannot be read \(ENOENT\)/);
  });

  test('a tensor of another type, by name', async () => {
    const path = join(folder, 'iq.gguf');
    const tensor = { shape: [1, 256], type: 'IQ4_XS', bytes: new Uint8Array(136) } as const;
    writeGguf(path, {}, { one: floats([1], Float32Array.of(1)), two: tensor });
    await expect(openGguf(path)).rejects.toThrow(
      /tensor two has type IQ4_XS\. Types that can be read: F32, F16, BF16, Q8_0/,
    );
  });
});
