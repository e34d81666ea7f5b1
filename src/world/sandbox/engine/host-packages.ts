// Programs on the host, and Debian's packages for missing ones: only where Stepwright runs as root and apt is there.
import { existsSync } from 'node:fs';
import { execa } from 'execa';
import { ConfigError } from '../../../core/schema/errors.ts';

export const canApt = (): boolean => process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');

export const hasProgram = async (name: string): Promise<boolean> =>
  (await execa('sh', ['-c', `command -v ${name}`], { reject: false })).exitCode === 0;

export async function aptInstall(packages: readonly string[]): Promise<void> {
  await apt(['update', '-q']);
  await apt(['install', '-q', '-y', '--no-install-recommends', ...packages]);
}

async function apt(args: readonly string[]): Promise<void> {
  const env = { DEBIAN_FRONTEND: 'noninteractive', NEEDRESTART_SUSPEND: '1' };
  const result = await execa('apt-get', args, { env, stdin: 'ignore', all: true, reject: false });
  if (result.exitCode === 0) return;
  const why = result.all?.split('\n').findLast((line) => line.startsWith('E:')) ?? `exit code ${result.exitCode}`;
  throw new ConfigError(`apt-get ${args.join(' ')} failed: ${why}. Run it by hand, then try again.`);
}
