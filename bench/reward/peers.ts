// difflib, cdifflib and rapidfuzz in a virtual environment of the bench's own.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { cacheDir } from '../../src/core/run/paths.ts';

const PACKAGES = ['cdifflib==1.2.9', 'rapidfuzz==3.14.6'];

export type Pair = readonly [a: string, b: string];

/** Processor milliseconds for all pairs. `others`: cdifflib and rapidfuzz too, which are other functions. */
export type TimePeers = (
  pairs: readonly Pair[],
  options: { autojunk: boolean; others: boolean },
) => Promise<Record<string, number>>;

export async function openPeers(): Promise<TimePeers> {
  const python = await ensureVirtualEnvironment();
  return async (pairs, options) => {
    const input = JSON.stringify({ pairs, ...options });
    return JSON.parse((await execa(python, [join(import.meta.dirname, 'peers.py')], { input })).stdout);
  };
}

async function ensureVirtualEnvironment(): Promise<string> {
  const dir = join(cacheDir(), 'bench-reward', PACKAGES.join('_'));
  const python = join(dir, 'bin/python');
  if (!existsSync(join(dir, 'installed'))) {
    await execa('python3', ['-m', 'venv', '--clear', dir]);
    await execa(python, ['-m', 'pip', 'install', '--quiet', ...PACKAGES], { stdout: 'ignore', stderr: 'inherit' });
    await execa('touch', [join(dir, 'installed')]);
  }
  return python;
}
