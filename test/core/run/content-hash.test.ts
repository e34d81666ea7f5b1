import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { contentHash } from '../../../src/core/run/content-hash.ts';
import { temporaryFolder } from '../../support/temp.ts';

test('the content of files and of whole folders counts, and the names inside a folder', async () => {
  const dir = temporaryFolder();
  const [file, folder] = [join(dir, 'a.jsonl'), join(dir, 'student')];
  mkdirSync(join(folder, 'deep'), { recursive: true });
  writeFileSync(file, 'one');
  writeFileSync(join(folder, 'deep', 'x'), '1');
  const both = () => contentHash([file, folder]);
  const first = await both();
  expect(first).toMatch(/^[0-9a-f]{64}$/);
  expect(await both()).toBe(first);
  writeFileSync(file, 'two');
  const edited = await both();
  writeFileSync(join(folder, 'deep', 'x'), '2');
  const deep = await both();
  writeFileSync(join(folder, 'y'), '');
  expect(new Set([first, edited, deep, await both()]).size).toBe(4);
});

test('what is not there has none', async () => {
  expect(await contentHash([join(temporaryFolder(), 'gone')])).toBeUndefined();
});
