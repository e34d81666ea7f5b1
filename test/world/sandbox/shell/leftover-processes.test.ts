// Who of a command is left, found by built-in commands of the shells that images have: among real processes of this machine.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { leftoverFunction } from '../../../../src/world/sandbox/shell/leftover-processes.ts';

const shells = ['dash', 'bash', 'busybox'].filter((shell) => spawnSync(shell, ['--help']).error === undefined);
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  spawnSync('pkill', ['-9', '-f', `^sleep 61\\.${process.pid}`]);
});

const start = (command: string, ...args: string[]): number => {
  const child = spawn(command, args, { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  children.push(child);
  return child.pid!;
};
const childrenOf = (pid: number) => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
const ticks = (): number => Math.floor(Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 100);

describe.each(shells)('%s', (shell) => {
  /** With this process as the shell whose command is looked for. */
  const leftovers = (tick: number): number[] => {
    const script = `${leftoverFunction}leftovers ${tick} ${process.pid}; echo $found`;
    const args = shell === 'busybox' ? ['sh', '-c', script] : ['-c', script];
    return execFileSync(shell, args).toString().split(/\s+/).filter(Boolean).map(Number);
  };

  test('younger processes are found, older ones and what those start are not', async () => {
    const older = start('bash', '-c', 'while :; do sleep 0.03; done');
    await sleep(50);
    const tick = ticks();
    const younger = start('sleep', '60');
    await sleep(50);
    const found = leftovers(tick);
    expect(found).toContain(younger);
    expect(found).not.toContain(older);
    expect(found.map(String)).not.toEqual(expect.arrayContaining(childrenOf(older).filter(Boolean)));
  });

  test('neither a new session nor an orphan is overlooked, and an older process keeps what it starts', async () => {
    const older = start('bash', '-c', 'read -r; setsid sleep 60 & sleep 60');
    await sleep(50);
    const tick = ticks();
    // A name that no other process of this machine has.
    const orphaned = `sleep 61.${process.pid}${shells.indexOf(shell)}`;
    const orphan = start('bash', '-c', `(setsid ${orphaned} &); exec sleep 60`);
    children.find(({ pid }) => pid === older)!.stdin!.write('go\n');
    const running = () =>
      execFileSync('pgrep', ['-f', `^${orphaned}$`])
        .toString()
        .trim()
        .split('\n')
        .map(Number);
    const { ofOlder, named } = await vi.waitFor(
      () => {
        const state = { ofOlder: childrenOf(older).map(Number), named: running() };
        expect(state.ofOlder).toHaveLength(2);
        return state;
      },
      { timeout: 10_000 },
    );
    const found = leftovers(tick);
    expect(found).toEqual(expect.arrayContaining([orphan, ...named]));
    for (const pid of [older, ...ofOlder]) expect(found).not.toContain(pid);
  });

  test('a name with parentheses, spaces and newlines hides nobody', async () => {
    await sleep(20);
    const tick = ticks();
    const odd = start('bash', '-c', `printf 'a) Z 1 1\\nb' > /proc/$$/comm; read < <(sleep 60)`);
    await sleep(50);
    expect(leftovers(tick)).toContain(odd);
  });
});
