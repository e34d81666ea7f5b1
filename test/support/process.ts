// Programs of the tests in processes of their own, to be killed.
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';

/** Runs a TypeScript file with Node until it is killed, at the latest when the test ends. */
export function startScript(file: string, ...args: string[]) {
  const child = execa('node', ['--import', 'tsx', file, ...args], { reject: false, buffer: false, stdin: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    pid: child.pid!,
    /** Its next line of output; undefined when it ended without one. */
    line: async (): Promise<string | undefined> => (await lines.next()).value,
    async kill(): Promise<void> {
      child.kill('SIGKILL');
      await child;
    },
  };
}
