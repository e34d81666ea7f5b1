// Who of a command is left, found by built-in commands of the shells that images have: among real processes of this machine.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { survivorsFunction } from '../../../src/sandbox/shell/survivors.ts';

const shells = ['dash', 'bash', 'busybox'].filter((shell) => spawnSync(shell, ['--help']).error === undefined);
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

const start = (command: string, ...args: string[]): number => {
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  children.push(child);
  return child.pid!;
};
const ticks = (): number => Math.floor(Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 100);

describe.each(shells)('%s', (shell) => {
  const survivors = (tick: number, keep: number[], others: number[]): number[] => {
    const script = `${survivorsFunction}survivors ${tick} "$$ ${process.pid} ${keep.join(' ')}" "${others.join(' ')}"; echo $found`;
    const args = shell === 'busybox' ? ['sh', '-c', script] : ['-c', script];
    return execFileSync(shell, args).toString().split(/\s+/).filter(Boolean).map(Number);
  };

  test('younger processes are found, older ones and what those start are not', async () => {
    const older = start('bash', '-c', 'while :; do sleep 0.03; done');
    await sleep(50);
    const tick = ticks();
    const younger = start('sleep', '60');
    await sleep(50);
    const found = survivors(tick, [], []);
    expect(found).toContain(younger);
    expect(found).not.toContain(older);
    const childrenOf = (pid: number) => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
    expect(found.map(String)).not.toEqual(expect.arrayContaining(childrenOf(older).filter(Boolean)));
  });

  test('those to keep are kept alone, others with all that is theirs', async () => {
    await sleep(20);
    const tick = ticks();
    const kept = start('bash', '-c', 'sleep 60; :');
    const other = start('bash', '-c', '(sleep 60; :) & wait');
    await sleep(100);
    const childOf = (pid: number) => Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim());
    const found = survivors(tick, [kept], [other]);
    expect(found).toContain(childOf(kept));
    for (const pid of [kept, other, childOf(other), childOf(childOf(other))]) expect(found).not.toContain(pid);
  });

  test('a name with parentheses, spaces and newlines hides nobody', async () => {
    await sleep(20);
    const tick = ticks();
    const odd = start('bash', '-c', `printf 'a) Z 1 1\\nb' > /proc/$$/comm; read < <(sleep 60)`);
    await sleep(50);
    expect(survivors(tick, [], [])).toContain(odd);
  });
});
