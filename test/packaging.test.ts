// What the code reads beside itself is in the npm package and in the worker image.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../src/core/run/paths.ts';

const read = (path: string): string => readFileSync(join(packageRoot, path), 'utf8');

/** The first folder of every `shipped('folder', …)` in the sources. */
const shippedFolders = [
  ...new Set(
    readdirSync(join(packageRoot, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) => [...read(join('src', file)).matchAll(/\bshipped\('([^']+)'/g)].map(([, folder]) => folder!)),
  ),
].sort();

test('the code reads the folders that are known to ship', () => {
  expect(shippedFolders).toEqual(['bin', 'engines', 'envs', 'students', 'tasks', 'trajectories']);
});

test.each(shippedFolders)('%s/ is in the npm package and in the worker image', (folder) => {
  expect((JSON.parse(read('package.json')) as { files: string[] }).files).toContain(folder);
  expect(read('Dockerfile')).toMatch(new RegExp(`^COPY ${folder} ${folder}$`, 'm'));
});
