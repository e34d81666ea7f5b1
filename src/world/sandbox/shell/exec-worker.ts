// A shell of Stepwright that runs one command at a time in the container, each in a shell, session and process group of its own. Further exec
// workers are opened when commands overlap.
//
// The command writes straight to the exec worker's stdout; when its shell has ended, the exec worker says the end sentinel and the exit
// code. If something of the command is left then, which could write between later commands' sentinels, the exec worker gives its output up:
// it only reads away what is still written, so that nobody there dies of a closed pipe.
//
// The untrusted command runs as the same user, but cannot look at the exec worker: it is an executable that may not be read, so the kernel
// shows nobody its memory and its descriptors. So sentinels, which come in through its stdin, are known to it alone until they are said.
import { setTimeout as sleep } from 'node:timers/promises';
import { type Channel, createSentinel } from './channel.ts';
import { type Command, commandText, enterFunction } from './command-text.ts';
import { leftoverFunction } from './leftover-processes.ts';
import { Output } from './output.ts';
import { type RunLimits, type RunResult, STOPPED_CODE } from './run-limits.ts';
import { stopAfter } from './stop-after.ts';
import type { Running } from './supervisor-shell.ts';

const DIR = '/var/lib/stepwright';

/** Reads the program that it then is. A copy of sh that cannot be made, or does not run, is done without. */
const LOADER = `while IFS= read -r line && [ "$line" != . ]; do program="$program$line
"; done; eval "$program"`;

/** What the engine is asked to run, first and from then on: the untrusted command may have replaced /bin/sh by then. */
export const FIRST_WORKER_COMMAND = [
  '/bin/sh',
  '-c',
  `exec 2>/dev/null; sh=${DIR}/sh
[ -e $sh ] || { mkdir -p ${DIR} && cp /bin/sh $sh.$$ && chmod 111 $sh.$$ && mv $sh.$$ $sh; }
$sh -c : && exec $sh -c "$0"; exec /bin/sh -c "$0"`,
  LOADER,
];
export const WORKER_COMMAND = [`${DIR}/sh`, '-c', LOADER];

/** @unit milliseconds */
const MS_PER_TICK = 10;

/** What an exec worker's line ends with when something of the command lives on. */
const LEFT = ' left';

/** Tools have their paths looked up before anything of the untrusted command runs. */
const program = (supervisor: number): string => `exec 2>/dev/null
cd /
shell=$(command -v bash || command -v sh) setsid=$(command -v setsid) dd=$(command -v dd) rm=$(command -v rm) cat=$(command -v cat)
stdin_file=${DIR}/stdin.$$ script_file=${DIR}/script.$$
${enterFunction}${leftoverFunction}
spool() {
  bytes=$1
  while [ "$bytes" -gt 0 ]; do
    block=$((bytes < 1048576 ? bytes : 1048576))
    "$dd" bs=$block count=1 iflag=fullblock >>"$2" || full=yes
    bytes=$((bytes - block))
  done
}
look() {
  # A process that ends while it is looked at may have started another: looked at again.
  for look in 1 2 3; do leftovers $tick "$$ ${supervisor}"; [ -n "$gone" ] || break; done
  read -r uptime rest </proc/uptime
  now=\${uptime%.*}\${uptime#*.}
}
while read -r end tick lines stdin script; do
  full=
  spool "$stdin" $stdin_file
  spool "$script" $script_file
  text=
  while [ "$lines" -gt 0 ]; do
    IFS= read -r line
    text="$text$line
" lines=$((lines - 1))
  done
  [ -z "$full" ] || text="echo 'no space left for what the command is given'; false"
  eval "$text"
  status=$?
  look
  while [ -n "$found$gone" ]; do
    echo $end $status $$ $now${LEFT}
    # Answered when that was heard: by a sentinel, to look again; by nothing, and from here on we read what we have written.
    read -r end
    [ -n "$end" ] || { exec "$cat" </proc/self/fd/1 >/dev/null; exit; }
    look
  done
  echo $end $status $$ $now
  [ ! -e $stdin_file ] && [ ! -e $script_file ] || "$rm" -f $stdin_file $script_file
done
.
`;

/** No process is as young: what others run while an exec worker opens is not its own. */
const NEVER = 1e12;

const START_WITHIN_MS = 10_000;
const END_WITHIN_MS = 5000;

/** The latest moment that an exec worker of the container has told: whatever runs then is older than commands to come. */
export interface Clock {
  tick: number;
}

export class ExecWorker {
  readonly #channel: Channel;
  readonly #clock: Clock;
  #pid = 0;
  #busy = true;

  /** `supervisor` is the supervisor shell's process. */
  constructor(channel: Channel, supervisor: number, clock: Clock) {
    this.#channel = channel;
    this.#clock = clock;
    channel.write(program(supervisor));
  }

  /** Whether it takes commands now. */
  async start(): Promise<boolean> {
    const late = sleep(START_WITHIN_MS, 'lost', { ref: false });
    this.#end(await Promise.race([this.#channel.ask((sentinel) => `${sentinel} ${NEVER} 0 0 0\n`), late]));
    return this.free;
  }

  /** Whether it can run another command. */
  get free(): boolean {
    return !this.#busy && !this.#channel.lost;
  }

  /** Something of the last command lives on, which ended this exec worker. */
  left = false;

  /** Never rejects. `stop` kills what is left of a command. */
  async run(command: Command, limits: RunLimits, stop: (running: Running) => Promise<boolean>): Promise<RunResult> {
    const started = performance.now();
    this.#busy = true;
    const running = { pid: this.#pid, tick: this.#clock.tick };
    const sentinel = createSentinel();
    const output = new Output(limits);
    const end = this.#channel.scanner.expectLine(sentinel, (bytes) => output.push(bytes));
    const files = { stdin: `${DIR}/stdin.${running.pid}`, script: `${DIR}/script.${running.pid}` };
    const { text, stdin, script } = commandText(command, files);
    const lines = text.split('\n').length - 1;
    this.#channel.write(`${sentinel} ${running.tick} ${lines} ${stdin.length} ${script.length}\n`, stdin, script, text);
    const time = stopAfter(limits);
    let ended = await Promise.race([end.then(() => 'exit' as const), this.#channel.closed, time.stopped]);
    time.clear();
    if (ended !== 'exit') {
      const late = sleep(END_WITHIN_MS, false, { ref: false });
      const isOver = end.then(() => true);
      if (!((await stop(running)) && (await Promise.race([isOver, this.#channel.closed, late])))) this.close();
    }
    const line = await Promise.race([end, this.#channel.closed]);
    if (ended === 'timeout' && endedInTime(line, running.tick, limits.timeoutMs)) ended = 'exit';
    const status = this.#end(ended === 'exit' ? line : await this.#lookAgain(line));
    output.close();
    return {
      ended,
      exitCode: ended === 'exit' ? status : STOPPED_CODE[ended],
      output: output.toBuffer(),
      cutBytes: output.cutBytes,
      durationMs: performance.now() - started,
      error: output.error ?? this.#channel.error,
    };
  }

  close(): void {
    this.#channel.close();
  }

  /** The line that ends a command which was killed: the exec worker may have looked while the kill was still under way. */
  async #lookAgain(line: string): Promise<string> {
    if (!line.endsWith(LEFT) || this.#channel.lost) return line;
    const late = sleep(END_WITHIN_MS, line, { ref: false });
    return Promise.race([this.#channel.ask((sentinel) => `${sentinel}\n`), late]);
  }

  /** The exit code in a line that ends a command. */
  #end(line: string): number {
    const [status, pid, tick] = line.split(' ');
    if (tick === undefined) this.#channel.abandon();
    else {
      this.#pid = Number(pid);
      this.#clock.tick = Math.max(this.#clock.tick, Number(tick));
    }
    this.left = line.endsWith(LEFT);
    this.#busy = tick === undefined || this.left;
    if (this.left) {
      this.#channel.write('\n');
      this.#channel.abandon();
    }
    return Number(status);
  }
}

/** Whether the command of this line had ended, by the container's clock, before its time was up: the engine stood still, not the command. */
function endedInTime(line: string, began: number, timeoutMs: number): boolean {
  const ended = Number(line.split(' ')[2]);
  return !line.endsWith(LEFT) && (ended - began) * MS_PER_TICK < timeoutMs;
}
