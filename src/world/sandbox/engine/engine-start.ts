// Gets an engine going where none answers: starts Docker's daemon, installing Debian's package first when it is missing.
import { spawn } from 'node:child_process';
import { existsSync, openSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import type { Emit } from '../../../core/run/events.ts';
import { cacheDir } from '../../../core/run/paths.ts';
import { ConfigError } from '../../../core/schema/errors.ts';
import { type Engine, findEngine } from './engine.ts';
import { ensurePrograms } from './host-packages.ts';

const PID_FILE = '/var/run/docker.pid';
const ANSWERS_WITHIN_MS = 90_000;

export async function startEngine(emit: Emit): Promise<Engine> {
  await ensurePrograms({ dockerd: 'docker.io' }, emit);
  if (existsSync('/run/systemd/system')) await execa('systemctl', ['start', 'docker'], { reject: false });
  // One that runs already may be on its way up.
  const running = await waitForEngine(async () => !(await isDaemonAlive()), 20_000);
  if (running) return running;
  emit({ type: 'note', text: 'starting dockerd' });
  return startDaemon();
}

async function startDaemon(): Promise<Engine> {
  // Left by a daemon that was killed, its id may be another process's by now: dockerd would refuse to start.
  rmSync(PID_FILE, { force: true });
  const log = join(cacheDir(), 'dockerd.log');
  const out = openSync(log, 'w');
  const daemon = spawn('dockerd', [], { detached: true, stdio: ['ignore', out, out] });
  daemon.unref();
  let ended = false;
  daemon.once('exit', () => {
    ended = true;
  });
  daemon.once('error', () => {
    ended = true;
  });
  const engine = await waitForEngine(() => Promise.resolve(ended), ANSWERS_WITHIN_MS);
  if (engine) return engine;
  const lines = (await readFile(log, 'utf8').catch(() => '')).trim().split('\n');
  throw new ConfigError(`dockerd does not ${ended ? 'start' : 'answer'}: ${lines.at(-1)?.slice(-300)} (log: ${log})`);
}

/** Polls until an engine answers, the time is up, or there is nothing left to wait for. */
async function waitForEngine(isHopeless: () => Promise<boolean>, withinMs: number): Promise<Engine | undefined> {
  for (const start = performance.now(); performance.now() - start < withinMs; ) {
    const engine = await findEngine();
    if ('docker' in engine) return engine;
    if (await isHopeless()) return undefined;
    await sleep(300);
  }
  return undefined;
}

/** Whether the process that the pid file names is a Docker daemon (a zombie has no command line). */
async function isDaemonAlive(): Promise<boolean> {
  const pid = Number(await readFile(PID_FILE, 'utf8').catch(() => ''));
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return pid > 0 && command.includes('dockerd');
}
