// A lock between processes: flock(2) on a file, so that the kernel gives it up when its owner dies, however it dies and in whichever
// container. Node cannot call it; the program `flock` can, on a descriptor that it inherits: the lock belongs to the open file, so that it
// outlives the program and ends with ours. The file says who holds it, for people; it is never removed, since others may have it open.
import { spawn } from 'node:child_process';
import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { z } from 'zod';
import { ConfigError } from '../schema/errors.ts';

export interface FileLock extends AsyncDisposable {
  /** Gives the lock up; may be called again. */
  release(): void;
}

const holderSchema = z.object({ pid: z.number(), host: z.string(), command: z.string(), since: z.string() });
/** `since`: ISO 8601. */
export type Holder = z.infer<typeof holderSchema>;

/** The lock, or who holds it: undefined when the holder has not said so yet. A second call in one process finds it held as well. */
export async function tryLock(path: string): Promise<{ lock: FileLock } | { holder: Holder | undefined }> {
  const descriptor = openLock(path);
  const taken = await flock(path, descriptor, ['-x', '-n']).catch((error) => {
    closeSync(descriptor);
    throw error;
  });
  if (taken) return { lock: lockOf(descriptor) };
  closeSync(descriptor);
  return { holder: readHolder(path) };
}

/** Waits until the lock is free; `onWait` is called once, with who holds it, when that is not at once. */
export async function waitForLock(
  path: string,
  options: { onWait?: ((holder: Holder | undefined) => void) | undefined; signal?: AbortSignal | undefined } = {},
): Promise<FileLock> {
  const first = await tryLock(path);
  if ('lock' in first) return first.lock;
  options.onWait?.(first.holder);
  const descriptor = openLock(path);
  try {
    await flock(path, descriptor, ['-x'], options.signal);
    return lockOf(descriptor);
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** One line for people. */
export const describeHolder = (holder: Holder | undefined): string =>
  holder === undefined
    ? 'another process'
    : `process ${holder.pid}${holder.host === hostname() ? '' : ` on ${holder.host}`} (\`${holder.command}\`, since ${holder.since})`;

/** A plain descriptor: a FileHandle would be closed, and the lock with it, once nobody refers to it. */
function openLock(path: string): number {
  mkdirSync(dirname(path), { recursive: true });
  return openSync(path, 'a+');
}

function lockOf(descriptor: number): FileLock {
  const self: Holder = { pid: process.pid, host: hostname(), command: commandLine(), since: new Date().toISOString() };
  try {
    ftruncateSync(descriptor);
    writeSync(descriptor, `${JSON.stringify(self)}\n`);
  } catch {
    // The disk is full: the lock holds all the same, it only does not say whose it is.
  }
  let isOpen = true;
  const release = (): void => {
    if (isOpen) closeSync(descriptor);
    isOpen = false;
  };
  return { release, [Symbol.asyncDispose]: async () => release() };
}

/** The program and its first words: later ones may hold secrets. */
const commandLine = (): string => {
  const words = process.argv.slice(2);
  const options = words.findIndex((word) => word.startsWith('-'));
  return ['stepwright', ...words.slice(0, options === -1 ? 2 : Math.min(options, 2))].join(' ');
};

function readHolder(path: string): Holder | undefined {
  try {
    return holderSchema.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data;
  } catch {
    return undefined; // taken a moment ago, or on a full disk
  }
}

/** True when the open file is locked, false when another holds it. `-n`: does not wait. */
async function flock(path: string, descriptor: number, flags: string[], signal?: AbortSignal): Promise<boolean> {
  const child = spawn('flock', [...flags, '3'], { stdio: ['ignore', 'ignore', 'pipe', descriptor], signal });
  let said = '';
  child.stderr!.on('data', (chunk) => (said += chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw new ConfigError(
      `${path}: cannot be locked, there is no program \`flock\`. Install util-linux, which has it.`,
    );
  });
  if (code === 0) return true;
  if (code === 1 && said === '') return false;
  throw new ConfigError(`${path}: cannot be locked (${said.trim()}). Use a folder on a file system that has locks.`);
}
