// A command as text that an exec worker reads and evaluates.

/** `text` as one shell word. No shell takes NUL bytes in a script: they are left out. */
export const quote = (text: string): string => `'${text.replaceAll('\0', '').replaceAll("'", "'\\''")}'`;

export interface Command {
  script: string;
  cwd: string;
  env: Record<string, string>;
  stdin: Uint8Array;
}

export interface CommandText {
  /** Whole lines. */
  text: string;
  /** What lies in the two files by the time that the text is evaluated. */
  stdin: Uint8Array;
  script: Uint8Array;
}

/** Longer scripts come in a file: a shell reads lines from a pipe byte by byte. */
const MAX_INLINE_BYTES = 4096;
/** Linux takes at most 128 KiB in one argument. */
const MAX_ARGUMENT_BYTES = 100_000;

/** Defines `enter DIR`, for a subshell. What is the same for every command is not read byte by byte with each. */
export const enterFunction = `enter() { cd "$1" || { echo "cd: no such directory: $1"; exit 1; }; unset OLDPWD; }
`;

/** The exec worker knows `$setsid`, `$shell` and `$cat`: they are looked up before the command's environment can rename them. */
export function commandText(command: Command, files: { stdin: string; script: string }): CommandText {
  const { script, cwd, env, stdin } = command;
  const length = Buffer.byteLength(script);
  const assignments = Object.entries(env).map(([name, value]) => `${name}=${quote(value)} `);
  const input = quote(stdin.length > 0 ? files.stdin : '/dev/null');
  const run = `${assignments.join('')}exec "$setsid" "$shell" -c ${argument(script, length, files.script)}`;
  return {
    text: `(enter ${quote(cwd)}; ${run} 2>&1) <${input}\n`,
    stdin,
    script: length <= MAX_INLINE_BYTES ? Buffer.alloc(0) : Buffer.from(script.replaceAll('\0', '')),
  };
}

function argument(script: string, length: number, file: string): string {
  if (length <= MAX_INLINE_BYTES) return quote(script);
  return length <= MAX_ARGUMENT_BYTES ? `"$("$cat" ${quote(file)})"` : quote(`eval "$(cat ${quote(file)})"`);
}
