// A command as text that a waiting shell reads from its stdin and runs.

/** `text` as one shell word. No shell takes NUL bytes in a script: they are left out. */
export const quote = (text: string): string => `'${text.replaceAll('\0', '').replaceAll("'", "'\\''")}'`;

export interface Command {
  script: string;
  cwd: string;
  env: Record<string, string>;
  stdin: Uint8Array;
}

/** A command as a lane takes it: what the waiting shell reads, and what lies in files by then. */
export interface CommandText {
  text: string;
  stdin: Uint8Array;
  script: Uint8Array;
}

/** Longer scripts are not read from a pipe, which shells do byte by byte, nor given as an argument, which may have 128 KiB. */
const MAX_INLINE_BYTES = 16_384;

/**
 * The text is one compound command, which a shell reads to its end before it runs any of it: its stdin becomes the command's. bash,
 * whose start takes longest, goes on as the command's shell; another starts anew, since only that is `sh -c` to the letter.
 */
export function commandText(command: Command, shell: string, files: { stdin: string; script: string }): CommandText {
  const { script, cwd, env, stdin } = command;
  const exports = Object.entries(env).map(([name, value]) => `export ${name}=${quote(value)}; `);
  const isBash = shell.endsWith('/bash');
  const isLong = Buffer.byteLength(script) > MAX_INLINE_BYTES;
  const words = isLong ? `"$(${isBash ? '<' : 'cat '}${quote(files.script)})"` : quote(script);
  const run = isBash || isLong ? `eval ${words}\nexit` : `exec ${quote(shell)} -c ${words}`;
  const input = stdin.length > 0 ? files.stdin : '/dev/null';
  const place = quote(cwd);
  const enter = `cd ${place} 2>/dev/null || { echo 'cd: no such directory: '${place}; exit 1; }; unset OLDPWD; `;
  return {
    text: `{ exec <${quote(input)}; ${enter}${exports.join('')}${run}\n}\n`,
    stdin,
    script: isLong ? Buffer.from(script.replaceAll('\0', '')) : Buffer.alloc(0),
  };
}
