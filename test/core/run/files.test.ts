import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { readJsonOr, requireSpace, writeFileAtomic } from '../../../src/core/run/files.ts';
import { replaceFolder, settleFolder } from '../../../src/core/run/folders.ts';
import { temporaryFolder } from '../../support/temp.ts';

describe('a whole file', () => {
  test('several writes of one file at once leave one of them, whole, and nothing beside it', async () => {
    const dir = temporaryFolder();
    const texts = Array.from({ length: 20 }, (_, i) => String(i).repeat(100_000));
    await Promise.all(texts.map((text) => writeFileAtomic(join(dir, 'a.txt'), text)));
    expect(texts).toContain(await readFile(join(dir, 'a.txt'), 'utf8'));
    expect(await readdir(dir)).toEqual(['a.txt']);
  });

  test('is another file under the same name: whoever reads the one before goes on reading all of it', async () => {
    const file = join(temporaryFolder(), 'a.json');
    await writeFileAtomic(file, 'before');
    await using reader = await open(file);
    await writeFileAtomic(file, 'after');
    expect(await reader.readFile('utf8')).toBe('before');
    expect(await readFile(file, 'utf8')).toBe('after');
  });

  test('is synced to the disk, and its name in the folder too', async () => {
    const dir = temporaryFolder();
    await using handle = await open(dir);
    const sync = vi.spyOn(Object.getPrototypeOf(handle), 'sync');
    await writeFileAtomic(join(dir, 'a.txt'), 'x');
    expect(sync).toHaveBeenCalledTimes(2);
    sync.mockRestore();
  });

  test('a file that is missing, empty, torn or of another shape is a miss', async () => {
    const file = join(temporaryFolder(), 'a.json');
    const schema = z.object({ n: z.number() });
    expect(await readJsonOr(file, schema)).toBeUndefined();
    for (const [content, expected] of [
      ['', undefined],
      ['{"n": 1', undefined],
      ['{"n": "one"}', undefined],
      ['null', undefined],
      ['{"n": 1}', { n: 1 }],
    ] as const) {
      writeFileSync(file, content);
      expect(await readJsonOr(file, schema)).toEqual(expected);
    }
  });

  test('space that is not there is missed before the work, in one line', async () => {
    const dir = temporaryFolder();
    await requireSpace('a row', dir, 1);
    await expect(requireSpace('a row', dir, 2 ** 60)).rejects.toThrow(`${dir}: no space left for a row.`);
  });
});

describe('a whole folder', () => {
  const version = (folder: string): string => readFileSync(join(folder, 'version'), 'utf8');
  const put = (folder: string, text: string): void => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'version'), text);
  };

  test('is replaced as a whole, and a write that fails leaves the one before', async () => {
    const dir = temporaryFolder();
    const folder = join(dir, 'best');
    for (const text of ['1', '2']) await replaceFolder(folder, async (fresh) => put(fresh, text));
    const failed = replaceFolder(folder, async (fresh) => {
      put(fresh, '3');
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    expect(version(folder)).toBe('2');
    expect(readdirSync(dir)).toEqual(['best']);
  });

  test.each([
    { left: { '': '1', '.new': 'half of 2' }, is: '1', what: 'while the new one was written' },
    { left: { '.old': '1', '.new': '2' }, is: '2', what: 'between the two renames' },
    { left: { '.old': '1', '': '2' }, is: '2', what: 'before the old one was removed' },
    { left: { '.old': '1' }, is: '1', what: 'and the new one taken away' },
  ])('killed $what, the newest whole one is found', async ({ left, is }) => {
    const folder = join(temporaryFolder(), 'checkpoint');
    for (const [suffix, text] of Object.entries(left)) put(folder + suffix, text);
    await settleFolder(folder);
    expect(version(folder)).toBe(is);
    await replaceFolder(folder, async (fresh) => {
      expect(readdirSync(fresh)).toEqual([]);
      put(fresh, 'next');
    });
    expect(version(folder)).toBe('next');
    expect([existsSync(`${folder}.new`), existsSync(`${folder}.old`)]).toEqual([false, false]);
  });
});
