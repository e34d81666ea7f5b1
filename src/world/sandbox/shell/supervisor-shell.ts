// The container's main process: a POSIX shell that runs nothing, so that it can always be told to stop what the others run. It forks
// nothing either: with no process left to be had it still can. The container ends when it does, and it ends when we do.
//
// Its pipes are init's too, so that the untrusted command can reach them: an order may be lost, an answer be forged. Nobody's result
// depends on them: whoever had something stopped looks for himself whether it is.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel } from './channel.ts';
import { leftoverFunction } from './leftover-processes.ts';

const ANSWER_WITHIN_MS = 5000;

/** A command that a shell of the container runs. */
export interface Running {
  /** The shell's process. */
  pid: number;
  /** When the command began, or a little earlier. @unit 1/100 s since boot */
  tick: number;
}

/**
 * What forks faster than it can be looked at takes everything in the container with it. The first line ends what Podman lets a shell
 * read before all else: the request that attached to it.
 */
const INIT = `
${leftoverFunction}
stop() {
  read -r begin rest </proc/uptime
  looks=0
  while leftovers "$1" "$2"; [ -n "$found$gone" ]; do
    looks=$((looks + 1))
    [ -z "$found" ] || kill -9 $found
    read -r now rest </proc/uptime
    # A busy machine makes looks slow, not their number large.
    [ $looks -lt 10 ] || [ $((\${now%.*} - \${begin%.*})) -lt 3 ] || kill -9 -1
  done
}
oom_kills() {
  kills=0
  for file in /sys/fs/cgroup/memory.events /sys/fs/cgroup/memory/memory.oom_control; do
    [ ! -r $file ] || while read -r key value; do [ "$key" != oom_kill ] || kills=$value; done <$file
  done
}
`;

export class SupervisorShell {
  readonly #channel: Channel;
  #pid: Promise<number> | undefined;

  constructor(channel: Channel) {
    this.#channel = channel;
    channel.write(INIT);
  }

  get lost(): boolean {
    return this.#channel.lost;
  }

  /** The process. To be asked before anything of the untrusted command runs. */
  pid(): Promise<number> {
    this.#pid ??= this.#ask((sentinel) => `echo ${sentinel} $$\n`).then(Number);
    return this.#pid;
  }

  /** Kills what is left of the command; false when the supervisor shell does not say in time that nothing is. */
  async stop({ pid, tick }: Running): Promise<boolean> {
    return (await this.#ask((sentinel) => `stop ${tick} ${pid}; echo ${sentinel} 0\n`)) !== undefined;
  }

  /** SIGINT to the process group that `pid` leads, as Ctrl-C sends it. */
  async interrupt(pid: number): Promise<void> {
    await this.#ask((sentinel) => `kill -INT -${pid}; echo ${sentinel} 0\n`);
  }

  async kill(pid: number): Promise<void> {
    await this.#ask((sentinel) => `kill -9 ${pid}; echo ${sentinel} 0\n`);
  }

  /** How many processes the memory limit has ended since the container started. */
  async oomKills(): Promise<number | undefined> {
    const kills = await this.#ask((sentinel) => `oom_kills; echo ${sentinel} $kills\n`);
    return kills === undefined ? undefined : Number(kills);
  }

  /** Everything but init and the supervisor shell itself. The kernel does it at once, so nothing can fork away. */
  killAll(): void {
    this.#channel.write('kill -9 -1\n');
  }

  close(): void {
    this.#channel.close();
  }

  /** A supervisor shell that does not answer is none any more. */
  async #ask(question: (sentinel: string) => string): Promise<string | undefined> {
    const late = sleep(ANSWER_WITHIN_MS, 'lost', { ref: false });
    const answer = await Promise.race([this.#channel.ask(question), late]);
    if (answer !== 'lost') return answer;
    this.close();
    return undefined;
  }
}
