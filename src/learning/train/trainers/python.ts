// A Python for an outside engine: a virtual environment with its pinned packages, made once and kept in the cache.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import type { Emit } from '../../../core/run/events.ts';
import { cacheDir } from '../../../core/run/paths.ts';
import { ConfigError } from '../../../core/schema/errors.ts';

/** The oldest that the engines' packages run on. */
const MINIMUM = [3, 10] as const;

export interface PythonOptions {
  /** The engine's name, for the folder and the messages. */
  engine: string;
  requirements: string;
  /** An interpreter that has the packages already: nothing is made or checked. */
  ready?: string | undefined;
  emit: Emit;
  signal?: AbortSignal | undefined;
}

/** The interpreter. Throws a `ConfigError` that says what to do where there can be none. */
export async function enginePython({ engine, requirements, ready, emit, signal }: PythonOptions): Promise<string> {
  if (ready !== undefined) return ready;
  const wanted = await readFile(requirements);
  const version = createHash('sha256').update(wanted).digest('hex').slice(0, 12);
  const folder = join(cacheDir(), 'python', `${engine}-${version}`);
  const python = join(folder, 'bin', 'python');
  if (existsSync(python)) return python;
  const otherwise = `or install ${requirements} into an environment of your own and name its interpreter in ${variable(engine)}`;
  await requirePython(engine, otherwise);
  emit({ type: 'note', text: `${engine}: installing ${requirements} into ${folder}, once` });
  // Made beside it and renamed: a folder of that name is whole. Its programs are run as modules, which do not mind where they lie.
  const fresh = `${folder}.${process.pid}.tmp`;
  const run = async (file: string, args: string[], todo: string): Promise<void> => {
    const result = await execa(file, args, { reject: false, all: true, stdin: 'ignore', ...cancelled(signal) });
    signal?.throwIfAborted();
    if (result.failed) throw new ConfigError(`--engine ${engine}: ${todo}, ${otherwise}. ${lastLine(result.all)}`);
  };
  try {
    await mkdir(dirname(folder), { recursive: true });
    await run('python3', ['-m', 'venv', '--clear', fresh], 'python3 makes no virtual environment; install its venv');
    const pip = ['-m', 'pip', 'install', '--quiet', '--requirement', requirements];
    await run(join(fresh, 'bin', 'python'), pip, 'pip cannot install its packages; see that it reaches PyPI');
    await rename(fresh, folder);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return python;
}

/** The environment variable that names an interpreter for an engine. */
export const variable = (engine: string): string => `STEPWRIGHT_${engine.toUpperCase()}_PYTHON`;

async function requirePython(engine: string, otherwise: string): Promise<void> {
  const [major, minor] = MINIMUM;
  const script = 'import sys; print(*sys.version_info[:2])';
  const { stdout, failed } = await execa('python3', ['-c', script], { reject: false });
  const [hasMajor = 0, hasMinor = 0] = failed ? [] : String(stdout).split(' ').map(Number);
  if (hasMajor > major || (hasMajor === major && hasMinor >= minor)) return;
  const found = failed ? 'there is none' : `it is ${hasMajor}.${hasMinor}`;
  throw new ConfigError(
    `--engine ${engine}: python3 must be ${major}.${minor} or later, ${found}. Install one, ${otherwise}.`,
  );
}

const cancelled = (signal: AbortSignal | undefined) => (signal ? { cancelSignal: signal } : {});
const lastLine = (text: string | undefined): string => (text ?? '').trim().split('\n').at(-1) ?? '';
