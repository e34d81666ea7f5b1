// The program in this process: what a command line prints and how it ends, without the second that starting Node and reading the sources
// takes. Where a crash, a signal or a terminal is the point, tests start the program itself.
import { run } from '../../src/cli/main.ts';

export interface Finished {
  status: number;
  stdout: string;
  stderr: string;
}

/** Takes one command line at a time: folder, environment and output belong to the whole process. */
export async function runInProcess(
  argv: readonly string[],
  { cwd = process.cwd(), env = {} }: { cwd?: string; env?: Record<string, string> } = {},
): Promise<Finished> {
  const written = { stdout: '', stderr: '' };
  const before = { cwd: process.cwd(), env: process.env, exitCode: process.exitCode };
  const restore = (['stdout', 'stderr'] as const).map((name) => {
    const { write } = process[name];
    process[name].write = ((text: string | Uint8Array, ...rest: unknown[]) => {
      written[name] += typeof text === 'string' ? text : Buffer.from(text).toString('utf8');
      const done = rest.at(-1);
      if (typeof done === 'function') done();
      return true;
    }) as typeof write;
    return () => {
      process[name].write = write;
    };
  });
  process.env = { ...process.env, ...env };
  process.chdir(cwd);
  try {
    return { status: await run(argv), ...written };
  } finally {
    for (const undo of restore) undo();
    process.chdir(before.cwd);
    process.env = before.env;
    process.exitCode = before.exitCode;
  }
}
