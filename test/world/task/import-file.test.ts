// Files of other data sets' rows: all of them are accounted for.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { importFile } from '../../../src/world/task/import-file.ts';
import { anInstance } from '../../support/instance.ts';
import { temporaryFolder } from '../../support/temp.ts';

const { environment: _, ...row } = anInstance({ image: 'own:1' });
const defaults = { suite: 's', environment: 'toy', image: 'option:1' };

function fileOf(rows: readonly unknown[]): string {
  const file = join(temporaryFolder(), 'rows.jsonl');
  writeFileSync(file, rows.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''));
  return file;
}

test('an id that is there already, a broken line and a bad row are refused, each with its place; the others are taken', async () => {
  const file = fileOf([row, 'nope', row, { ...row, instance_id: 'b' }, { ...row, instance_id: 'c', patch: 1 }]);
  const { instances, refused } = await importFile(file, defaults);
  expect(instances.map(({ instance_id }) => instance_id)).toEqual(['toy__1', 'b']);
  expect(refused).toEqual([
    expect.stringMatching(/rows\.jsonl:2: not JSON/),
    `${file}:3: "toy__1" is at ${file}:1 already`,
    `${file}:5: "c": \`patch\`: expected string, found 1`,
  ]);
});

test('options that the rows do not need, and rows that cannot be scored, are reported with their number', async () => {
  const { image: _, ...imageless } = row;
  const file = fileOf([row, { ...row, instance_id: 'b' }, { ...imageless, instance_id: 'c' }]);
  expect((await importFile(file, defaults)).notes).toEqual([
    '--image is not used for 2 of 3 rows, which have their own',
  ]);
  expect((await importFile(file, { suite: 's', image: 'own:1' })).notes).toEqual([
    expect.stringMatching(/^3 of 3 instances without an environment: .* not run or scored/),
  ]);
});

test('a file without rows is an error', async () => {
  await expect(importFile(fileOf([]), defaults)).rejects.toThrow('there are no rows in it');
});
