// A Python with packages from PyPI, in a virtual environment that is made once and kept in the cache.
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { cacheDir } from '../../src/core/run/paths.ts';

/** The interpreter, or why there is none. */
export async function pythonWith(...packages: string[]): Promise<{ python: string } | { why: string }> {
  const folder = join(cacheDir(), 'test-python', packages.join('+').replaceAll('==', '-'));
  const python = join(folder, 'bin/python');
  const done = join(folder, 'installed');
  if (existsSync(done)) return { python };
  try {
    await execa('python3', ['-m', 'venv', '--clear', folder]);
    await execa(python, ['-m', 'pip', 'install', '--quiet', '--retries', '0', ...packages], { timeout: 300_000 });
    await execa('touch', [done]);
    return { python };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    return {
      why: `${packages.join(', ')} cannot be installed: ${(error as Error).message.split('\n').slice(0, 3).join(' ')}`,
    };
  }
}
