// A shell of ours that runs one command at a time in the container, each in a shell, session and process group of its own. Further lanes
// are opened when commands overlap.
//
// The next command's shell is started before the command is known, since starting it takes longer than all else: `feed` waits for the
// text and gives it to the shell through a pipe. The command writes straight to the lane's stdout; when its shell has ended, the lane
// says the end mark and the exit code. If something of the command is left then, which could write between later commands' marks, the
// lane gives its output up: it only reads away what is still written, so that nobody there dies of a closed pipe.
//
// The payload runs as the same user, but cannot look at the lane: it is an executable that may not be read, so the kernel shows nobody
// its memory and its descriptors. So marks, which come in through its stdin, are known to it alone until they are said.
import { setTimeout as sleep } from 'node:timers/promises';
import { CappedOutput } from './capped-output.ts';
import { type Channel, createMark } from './channel.ts';
import { type Command, commandText } from './command-text.ts';
import type { Running } from './keeper.ts';
import { type RunLimits, type RunResult, STOPPED_CODE } from './run-limits.ts';
import { stopAfter } from './stop-after.ts';
import { survivorsFunction } from './survivors.ts';

const DIR = '/var/lib/stepwright';

/** Reads the program that it then is. A copy of sh that cannot be made, or does not run, is done without. */
const LOADER = `while IFS= read -r line && [ "$line" != . ]; do program="$program$line
"; done; eval "$program"`;

/** What the engine is asked to run. */
export const LANE_COMMAND = [
  '/bin/sh',
  '-c',
  `exec 2>/dev/null; sh=${DIR}/sh
[ -e $sh ] || { mkdir -p ${DIR} && cp /bin/sh $sh.$$ && chmod 111 $sh.$$ && mv $sh.$$ $sh; }
$sh -c : && exec $sh -c "$0"; exec /bin/sh -c "$0"`,
  LOADER,
];

/** Tools have their paths looked up before anything of the payload runs. */
const PROGRAM = `cd /
shell=$(command -v bash || command -v sh) setsid=$(command -v setsid) dd=$(command -v dd) rm=$(command -v rm) cat=$(command -v cat)
stdin_file=${DIR}/stdin.$$ script_file=${DIR}/script.$$ full=
${survivorsFunction}
spool() {
  bytes=$1
  while [ "$bytes" -gt 0 ]; do
    block=$((bytes < 1048576 ? bytes : 1048576))
    "$dd" bs=$block count=1 iflag=fullblock >>"$2" || full=yes
    bytes=$((bytes - block))
  done
}
feed() {
  trap '' PIPE
  read -r lines stdin script || exit
  spool "$stdin" $stdin_file
  spool "$script" $script_file
  [ -z "$full" ] || echo "echo 'no space left for what the command is given'; exit 1"
  while [ "$lines" -gt 0 ]; do
    IFS= read -r line
    printf '%s\\n' "$line"
    lines=$((lines - 1))
  done
}
looks= found= gone=
while read -r ready end; do
  # A process that ends while it is looked at may have started another: looked at again.
  for look in $looks; do survivors $tick $$; [ -n "$gone" ] || break; done
  if [ -n "$found$gone" ]; then
    echo $ready left
    exec "$cat" </proc/self/fd/1 >/dev/null
    exit
  fi
  [ ! -e $stdin_file ] && [ ! -e $script_file ] || "$rm" -f $stdin_file $script_file
  read -r uptime rest </proc/uptime
  tick=\${uptime%.*}\${uptime#*.}
  echo $ready clean $$ $tick "$shell"
  feed | "$setsid" "$shell" 2>&1
  echo $end $?
  looks='1 2 3'
done
.
`;

const READY_WITHIN_MS = 10_000;
const END_WITHIN_MS = 5000;

/** A lane that waits for a command. */
interface Ready extends Running {
  shell: string;
}

export class Lane {
  readonly #channel: Channel;
  #end = '';
  #ready: Ready | undefined;
  /** Whether the lane can take a command, once that is known. */
  settled: Promise<boolean>;

  constructor(channel: Channel) {
    this.#channel = channel;
    channel.write(PROGRAM);
    this.settled = this.#prepare();
  }

  get lost(): boolean {
    return this.#channel.lost;
  }

  /** Something of the last command lives on: this lane runs nothing more. */
  left = false;

  /** Never rejects. `stop` kills what is left of a command. */
  async run(command: Command, limits: RunLimits, stop: (running: Running) => Promise<boolean>): Promise<RunResult> {
    const started = performance.now();
    const { pid, tick, shell } = this.#ready!;
    this.#ready = undefined;
    const output = new CappedOutput(limits.maxOutputBytes);
    const code = this.#channel.scanner.expectLine(this.#end, (bytes) => output.push(bytes)).then(Number);
    const files = { stdin: `${DIR}/stdin.${pid}`, script: `${DIR}/script.${pid}` };
    const { text, stdin, script } = commandText(command, shell, files);
    const lines = text.split('\n').length - 1;
    this.#channel.write(`${lines} ${stdin.length} ${script.length}\n`, stdin, script, text);
    const time = stopAfter(limits);
    const ended = await Promise.race([code.then(() => 'exit' as const), this.#channel.closed, time.stopped]);
    time.clear();
    if (ended !== 'exit') {
      const late = sleep(END_WITHIN_MS, false, { ref: false });
      const isEnded = (await stop({ pid, tick })) && (await Promise.race([code.then(() => true), late]));
      if (!isEnded) this.close();
    }
    this.settled = this.#prepare();
    return {
      ended,
      exitCode: ended === 'exit' ? await code : STOPPED_CODE[ended],
      output: output.toBuffer(),
      cutBytes: output.cutBytes,
      durationMs: performance.now() - started,
    };
  }

  close(): void {
    this.#channel.close();
  }

  /** Tells the next marks, and hears whether anything of the last command is left. */
  async #prepare(): Promise<boolean> {
    if (this.#channel.lost) return false;
    this.#end = createMark();
    const late = sleep(READY_WITHIN_MS, 'lost', { ref: false });
    const answer = await Promise.race([this.#channel.ask((ready) => `${ready} ${this.#end}\n`), late]);
    const [state, pid, tick, shell = ''] = answer.split(' ');
    if (state === 'clean') this.#ready = { pid: Number(pid), tick: Number(tick), shell };
    else this.#channel.abandon();
    this.left = state === 'left';
    return state === 'clean';
  }
}
