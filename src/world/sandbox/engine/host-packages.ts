// Programs on the host, and Debian's packages for missing ones: only where Stepwright runs as root, apt is there and nothing forbids it.
import { existsSync } from 'node:fs';
import { execa } from 'execa';
import type { Emit } from '../../../core/run/events.ts';
import { ConfigError } from '../../../core/schema/errors.ts';
import { withLock } from './lock.ts';

const FORBIDDING = ['STEPWRIGHT_NO_INSTALL', 'STEPWRIGHT_NO_ENGINE_INSTALL'];

/** The variable that forbids it, where one is set. */
export const forbidsInstall = (env: NodeJS.ProcessEnv = process.env): string | undefined =>
  FORBIDDING.find((name) => env[name] === '1');

export const canApt = (): boolean =>
  process.getuid?.() === 0 && existsSync('/usr/bin/apt-get') && forbidsInstall() === undefined;

export const hasProgram = async (name: string): Promise<boolean> =>
  (await execa('sh', ['-c', `command -v ${name}`], { reject: false })).exitCode === 0;

/** Installs the packages of the programs that are missing; where it may not, a ConfigError says what to do, or `otherwise`. */
export async function ensurePrograms(
  packages: Readonly<Record<string, string>>,
  emit: Emit,
  otherwise?: string,
): Promise<void> {
  const missing = await missingPrograms(packages);
  if (missing.length === 0) return;
  const wanted = missing.map((program) => packages[program]!);
  if (!canApt()) {
    const advice = otherwise === undefined ? '' : `, or ${otherwise}`;
    throw new ConfigError(
      `Not installed: ${missing.join(', ')}. On Debian: apt-get install ${wanted.join(' ')}${advice}.`,
    );
  }
  await aptInstall(wanted, emit);
}

async function missingPrograms(packages: Readonly<Record<string, string>>): Promise<string[]> {
  const programs = Object.keys(packages);
  const present = await Promise.all(programs.map(hasProgram));
  return programs.filter((_, i) => !present[i]);
}

/** Announces what it installs. Processes that install at the same time take turns. */
export async function aptInstall(packages: readonly string[], emit: Emit): Promise<void> {
  const note = (text: string): void => emit({ type: 'note', text });
  await withLock(
    'apt',
    async () => {
      note(`installing ${packages.join(', ')} with apt-get (STEPWRIGHT_NO_INSTALL=1 forbids it)`);
      await apt(['update', '-q']);
      await apt(['install', '-q', '-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300', ...packages]);
    },
    () => note('another process is installing packages'),
  );
}

async function apt(args: readonly string[]): Promise<void> {
  const env = { DEBIAN_FRONTEND: 'noninteractive', NEEDRESTART_SUSPEND: '1' };
  const result = await execa('apt-get', args, { env, stdin: 'ignore', all: true, reject: false });
  if (result.exitCode === 0) return;
  const why = result.all?.split('\n').findLast((line) => line.startsWith('E:')) ?? `exit code ${result.exitCode}`;
  throw new ConfigError(`apt-get ${args.join(' ')} failed: ${why}. Run it by hand, then try again.`);
}
