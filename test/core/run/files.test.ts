import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeFileAtomic } from '../../../src/core/run/files.ts';
import { temporaryFolder } from '../../support/temp.ts';

test('several writes of one file at once leave one of them, whole, and nothing beside it', async () => {
  const dir = temporaryFolder();
  const texts = Array.from({ length: 20 }, (_, i) => String(i).repeat(100_000));
  await Promise.all(texts.map((text) => writeFileAtomic(join(dir, 'a.txt'), text)));
  expect(texts).toContain(await readFile(join(dir, 'a.txt'), 'utf8'));
  expect(await readdir(dir)).toEqual(['a.txt']);
});
