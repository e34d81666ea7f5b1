// What the host says to the control shell: POSIX sh, understood by dash, bash and busybox. The control shell reads these from its
// stdin and never waits for a command, so it can always be told to kill. Its fd 3 is the container's stdout.
//
// A command's output goes through a pipe of its own to a pump (`cat`) that writes to the container's stdout. The shell that waits for
// the command writes the end mark into the same pipe: what comes before the mark is the command's. Then the pump is killed: a background
// process that writes later writes to nobody. Marks are random for each command and stand in no argument, environment or descriptor of it.

/** `text` as one shell word. No shell takes NUL bytes in a script: they are left out. */
export const quote = (text: string): string => `'${text.replaceAll('\0', '').replaceAll("'", "'\\''")}'`;

/**
 * Run once, before anything of the payload: where the tools are, whatever becomes of PATH. A shell starts background commands with
 * SIGINT and SIGQUIT ignored, which only `env --default-signal` (coreutils) undoes.
 */
export const initSnippet = `exec 3>&1
sh=$(command -v bash || command -v sh) cat=$(command -v cat) setsid=$(command -v setsid) base64=$(command -v base64)
reset="$(command -v env) --default-signal=INT,QUIT"; $reset true 2>/dev/null || reset=
`;

export interface Command {
  script: string;
  cwd: string;
  env: Record<string, string>;
  stdin: Uint8Array;
}

/** Linux takes at most 128 KiB in one argument. */
const MAX_ARGUMENT_BYTES = 100_000;

/** Says `start`, runs the command in a session of its own, then says `<end> <exit code>`. */
export function runSnippet(command: Command, start: string, end: string): string {
  const documents: string[] = [];
  const document = (body: string): string => {
    const word = `END_${documents.length}_${end}`;
    documents.push(`${body}\n${word}\n`);
    return `<<'${word}'`;
  };
  const feed = command.stdin.length === 0 ? '' : `"$base64" -d ${document(encodeLines(command.stdin))} | `;
  const long = Buffer.byteLength(command.script) > MAX_ARGUMENT_BYTES;
  const shell = long
    ? `"$sh" /dev/fd/4 4${document(command.script.replaceAll('\0', ''))}`
    : `"$sh" -c ${quote(command.script)}`;
  const exports = Object.entries(command.env).map(([name, value]) => `export ${name}=${quote(value)}; `);
  const stdin = feed === '' ? ' </dev/null' : '';
  const cwd = quote(command.cwd);
  const enter = `cd ${cwd} 2>/dev/null || { echo 'cd: no such directory: '${cwd}; exit 1; }`;
  const payload = `( ${enter}; ${exports.join('')}exec $setsid $reset ${shell} )${stdin} 2>&1 3>&-`;
  const runner = `{ ${payload}; code=$?; trap '' PIPE; printf '%s %d\\n' ${end} $code || printf '%s %d\\n' ${end} $code >&3; }`;
  return `printf %s ${start} >&3\n${feed}${runner} | "$cat" &\n${documents.join('')}pump=$!\n`;
}

/** Says `<end> -1` when nothing of the command is left that could still say its end. */
export const checkSnippet = (end: string): string =>
  `jobs >/dev/null; [ -d /proc/$pump ] || printf '%s -1\\n' ${end} >&3\n`;

/** After a command's end. `jobs` reaps without waiting; until the pump is reaped it may still be writing. */
export const stopPumpSnippet = `kill -9 $pump; while [ -d /proc/$pump ]; do jobs >/dev/null; done; jobs >/dev/null
`;

/**
 * Kills everything but init and this shell (the kernel does it at once, so nothing can fork away), waits until that is true, then says
 * `done`.
 */
export const killSnippet = (done: string): string => `kill -9 -1
while set -- /proc/[0-9]*; [ $# -gt 2 ]; do jobs >/dev/null; sleep 0.01; done
printf '%s 137\\n' ${done} >&3
`;

const encodeLines = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString('base64')
    .replace(/.{1,4096}(?!$)/g, '$&\n');
