// A Python with the packages that tests compare with: the environment of engines/trl, and one over it for the rest, so that PyTorch is there
// once. `npm run setup:tests` makes both.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import type { Emit } from '../../src/core/run/events.ts';
import { cacheDir, shipped } from '../../src/core/run/paths.ts';
import { enginePython } from '../../src/learning/train/trainers/python.ts';

const requirements = join(import.meta.dirname, 'requirements.txt');

/** The interpreter, or why there is none. */
export function testPython(): { python: string } | { why: string } {
  const python = join(environmentFolder(), 'bin', 'python');
  return existsSync(python) ? { python } : { why: 'no Python with the packages of tests (npm run setup:tests)' };
}

export async function setUpTestPython(emit: Emit): Promise<void> {
  const folder = environmentFolder();
  if (existsSync(folder)) return;
  const trl = await enginePython({ engine: 'trl', requirements: shipped('engines/trl/requirements.txt'), emit });
  emit({ type: 'note', text: `tests: installing ${requirements} into ${folder}, once` });
  const unfinished = `${folder}.${process.pid}.tmp`;
  const python = join(unfinished, 'bin', 'python');
  try {
    await mkdir(dirname(folder), { recursive: true });
    await execa('python3', ['-m', 'venv', '--clear', unfinished]);
    await writeFile(join(await packagesOf(unfinished), 'trl.pth'), `${await packagesOf(dirname(dirname(trl)))}\n`);
    await execa(python, ['-m', 'pip', 'install', '--quiet', '--require-hashes', '--requirement', requirements]);
    await rename(unfinished, folder);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

function environmentFolder(): string {
  const version = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  return join(cacheDir(), 'python', `tests-${version}`);
}

async function packagesOf(environment: string): Promise<string> {
  const [version = ''] = await readdir(join(environment, 'lib'));
  return join(environment, 'lib', version, 'site-packages');
}
