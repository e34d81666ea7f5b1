// A disk that is soon full.
import { execaSync } from 'execa';
import { onTestFinished, type TestContext } from 'vitest';
import { temporaryFolder } from './temp.ts';

/** A folder that is a file system of its own until the test ends; `size` as mount takes it. Skips the test where none may be mounted. */
export function smallDisk(context: TestContext, size: string): string {
  const dir = temporaryFolder();
  const mounted = execaSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'small', dir], { reject: false });
  if (mounted.exitCode !== 0) context.skip('needs root and the right to mount a tmpfs');
  onTestFinished(() => void execaSync('umount', ['--lazy', dir]));
  return dir;
}
