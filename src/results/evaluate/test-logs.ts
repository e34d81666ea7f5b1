// The tests' output, for people: `logs/<instance>/test_output.txt` of a run. A hostile patch may print 32 MiB and a run has thousands of
// instances, so that their sum is limited too: beyond it, the beginning and the end of each log are kept.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Emit, silent } from '../../core/run/events.ts';
import { withSpace, writeFileAtomic } from '../../core/run/files.ts';
import type { RunDir } from '../../core/run/run-dir.ts';
import type { Instance } from '../../core/schema/instance.ts';
import { idToFile } from '../../core/schema/safe-id.ts';
import { CappedOutput } from '../../world/sandbox/shell/capped-output.ts';

const MIB = 1024 * 1024;

/** Of one run. @unit bytes */
interface LogLimits {
  /** From which on logs are shortened. */
  total: number;
  /** What is kept of a shortened one. */
  shortened: number;
}

const LIMITS: LogLimits = { total: 1024 * MIB, shortened: 64 * 1024 };

/** For the judge's `onLog`. A verdict out of the cache has no new log. */
export type WriteTestLog = (instance: Instance, log: string) => Promise<void>;

/** Counts what the run folder holds of an earlier part of the run. */
export async function openTestLogs(run: RunDir, emit: Emit = silent, limits = LIMITS): Promise<WriteTestLog> {
  const sizes = await sizesIn(run.path('logs'));
  let isWarned = false;
  return async (instance, log) => {
    const name = idToFile(instance.instance_id);
    sizes.delete(name);
    const left = limits.total - sumOf(sizes);
    const bytes = Buffer.from(log);
    const isCut = bytes.length > Math.max(left, limits.shortened);
    const kept = isCut ? shorten(bytes, limits.shortened) : bytes;
    sizes.set(name, kept.length);
    await withSpace('a test log', run.dir, () => writeFileAtomic(run.path('logs', name, 'test_output.txt'), kept));
    if (!isCut || isWarned) return;
    isWarned = true;
    const text = `${run.path('logs')}: the test logs of this run have reached ${limits.total} bytes; of longer ones only ${limits.shortened} bytes are kept from now on (first: ${instance.instance_id}). Verdicts are not affected.`;
    emit({ type: 'warn', text });
  };
}

const sumOf = (sizes: ReadonlyMap<string, number>): number => [...sizes.values()].reduce((sum, size) => sum + size, 0);

function shorten(bytes: Buffer, size: number): Buffer {
  const output = new CappedOutput(size);
  output.push(bytes);
  return output.toBuffer();
}

async function sizesIn(dir: string): Promise<Map<string, number>> {
  const names = await readdir(dir).catch(() => []);
  const sizes = await Promise.all(
    names.map(async (name) => {
      const found = await stat(join(dir, name, 'test_output.txt')).catch(() => undefined);
      return [name, found?.size ?? 0] as const;
    }),
  );
  return new Map(sizes);
}
