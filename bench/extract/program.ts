// The program as its package ships it, built of these sources: run from them, each of its threads would carry TypeScript's loader too.
import { cp, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { shipped } from '../../src/core/run/paths.ts';

/** The path of `stepwright.mjs` in `folder`. */
export async function buildProgram(folder: string): Promise<string> {
  await execa('npx', ['tsc', '-p', shipped('tsconfig.build.json'), '--outDir', join(folder, 'dist')]);
  const { files } = JSON.parse(await readFile(shipped('package.json'), 'utf8')) as { files: string[] };
  const others = files.filter((name) => name !== 'dist');
  for (const name of ['package.json', ...others]) await cp(shipped(name), join(folder, name), { recursive: true });
  await symlink(shipped('node_modules'), join(folder, 'node_modules'));
  return join(folder, 'bin/stepwright.mjs');
}
