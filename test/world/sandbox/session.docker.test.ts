// A session: one shell for many commands, as SWE-agent's bash.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Sandbox, Session } from '../../../src/world/sandbox/sandbox.ts';
import { processesOf, type TestSandboxes, testSandboxes } from '../../support/sandbox.ts';

let sandboxes: TestSandboxes;
let box: Sandbox;
let session: Session;
beforeAll(async () => {
  sandboxes = await testSandboxes();
  box = await sandboxes.open();
});
afterAll(() => box.dispose());
beforeEach(async () => {
  session = await box.openSession();
});
afterEach(() => session.dispose());

const output = async (command: string): Promise<string> => (await session.exec(command)).output;
/** What runs in the container but for the session's own shell. */
const processes = async (): Promise<string[]> =>
  (await processesOf(sandboxes.docker, box.id)).filter((line) => !line.includes('--noediting -i'));

describe('what stays', () => {
  test('the working directory, variables, functions, aliases and options', async () => {
    await session.exec('cd src; export A=1; B=two; f() { echo "f $1"; }; alias hi="echo hello"; shopt -s nullglob');
    expect(await output('pwd; echo $A $B; f x; hi; echo /nothing*')).toBe('/testbed/src\n1 two\nf x\nhello\n\n');
  });

  test('background jobs, which may go on writing to their files', async () => {
    await session.exec('(while :; do echo tick; sleep 0.05; done) > /tmp/ticks & job=$!');
    const lines = async () => Number(await output('wc -l < /tmp/ticks'));
    const before = await lines();
    await expect.poll(lines).toBeGreaterThan(before);
    expect(await output('kill $job && echo killed')).toBe('killed\n');
  });

  test('nothing between sessions, nor between a session and exec', async () => {
    await using other = await box.openSession({ cwd: '/tmp', env: { WHO: "it's me" } });
    await session.exec('cd /; WHO=first');
    expect((await other.exec('pwd; echo $WHO')).output).toBe("/tmp\nit's me\n");
    expect((await box.exec('pwd; echo "[$WHO]"')).output).toBe('/testbed\n[]\n');
  });
});

describe('results', () => {
  test.each([
    ['true', 0, ''],
    ['(exit 42)', 42, ''],
    ['no-such-command', 127, 'bash: no-such-command: command not found\n'],
    ['if ( then', 2, "bash: syntax error near unexpected token `then'\n"],
    ['echo $(($nothing/0)); echo not reached', 1, 'bash: /0: syntax error: operand expected (error token is "/0")\n'],
    ["bash -c 'kill -SEGV $$'; true", 0, ''],
    ["printf 'no newline'", 0, 'no newline'],
    ['echo one # a comment', 0, 'one\n'],
    ['cat; read x; echo "[$x]"', 0, '[]\n'],
    ["cat <<'END'\nit's $HOME\nEND", 0, "it's $HOME\n"],
    ['for i in 1 2; do echo out$i; echo err$i >&2; done', 0, 'out1\nerr1\nout2\nerr2\n'],
    ["printf 'a\\000\\377\\r\\033[1mb'", 0, 'a\0\uFFFD\r\u001b[1mb'],
    ['echo "wow!" && echo !!', 0, 'wow!\n!!\n'],
    ['[ -t 0 ] || [ -t 1 ] || echo no terminal', 0, 'no terminal\n'],
    ['ls /proc/self/fd | tr "\\n" " "', 0, '0 1 2 3 '],
  ])('%s', async (command, exitCode, text) => {
    expect(await session.exec(command)).toMatchObject({ exitCode, output: text, timedOut: false, shellLost: false });
    expect(await output('echo next')).toBe('next\n');
  });

  test('a command of 200 KB runs, and its output is capped where it is read', async () => {
    const words = 'x'.repeat(200_000);
    const { output: text, truncated } = await session.exec(`echo ${words}`, { maxOutputBytes: 1000 });
    expect(text).toContain('[… 199001 bytes cut …]');
    expect(truncated).toBe(true);
  });

  test.each([
    'set -x',
    'set -v',
    'set -eu',
    'exec > /tmp/elsewhere',
    "trap 'echo trapped' DEBUG",
    'IFS=0123456789abcdef',
  ])('after %s commands still end, with their exit code', async (command) => {
    await session.exec(command);
    expect((await session.exec('echo "$0" && (exit 7) || (exit 8)', { timeoutMs: 5000 })).exitCode).toBe(8);
  });

  test('a sentinel that the untrusted command has seen ends nothing later', async () => {
    const seen = await output('set -v; set -x; trap \'echo "$BASH_COMMAND"\' DEBUG; :');
    await session.exec('set +v +x; trap - DEBUG');
    const marks = seen.match(/[0-9a-f]{16} [0-9a-f]{16}/g) ?? [];
    for (const mark of marks)
      expect((await session.exec(`echo ${mark.replace(' ', '')} 0; (exit 3)`)).exitCode).toBe(3);
  });
});

describe('time-outs', () => {
  test.each([
    ['a child', 'sleep 61'],
    ['a background child that ignores SIGINT and SIGTERM', `bash -c 'trap "" TERM INT; sleep 62' & sleep 60`],
    ['a loop of the shell', 'while :; do :; done'],
    ['a loop of a function', 'f() { while :; do sleep 0.01; done; }; f'],
    ['a session of its own', 'setsid sleep 63 & sleep 60'],
    ['a double fork without environment', '( (env -i setsid sleep 64 &) & ); sleep 60'],
    ['a stopped background tree', 'bash -c "sleep 65 & kill -STOP \\$! \\$\\$" & sleep 60'],
    ['more lines', 'sleep 67\necho more'],
  ])('%s: all that the command started dies, the shell goes on', async (_, command) => {
    await session.exec('here=kept; cd /tmp');
    const result = await session.exec(`echo before; ${command}; echo after`, { timeoutMs: 500 });
    expect(result).toMatchObject({ exitCode: 124, timedOut: true, shellLost: false });
    expect(result.output).toMatch(/^before\n(\[\d\] \d+\n)*\n$/);
    expect(await processes()).toEqual([]);
    expect(await output('echo $here; pwd')).toBe('kept\n/tmp\n');
  });

  test('jobs of earlier commands go on', async () => {
    // The kernel tells by the hundredth of a second which process is older.
    await session.exec('sleep 66 & sleep 0.02');
    await session.exec('sleep 60', { timeoutMs: 300 });
    expect(await processes()).toEqual(['sleep 66']);
    await session.exec('kill %1');
  });

  test.each([
    ['a stopped shell', 'kill -STOP $$'],
    ['a child that ignores SIGINT', `bash -c 'trap "" INT; sleep 62'; echo after`],
    ['a stopped child', 'bash -c "kill -STOP \\$\\$"; echo after'],
    ['a shell that runs nothing any more', "trap '' INT; while :; do :; done"],
  ])('%s withstands an interrupt: it dies, and another shell takes its place', async (_, command) => {
    await session.exec('here=gone');
    const result = await session.exec(command, { timeoutMs: 300 });
    expect(result).toMatchObject({ timedOut: true, shellLost: true });
    expect(result.output).toBe("\n[the session's shell has ended: the next command starts in a new one]\n");
    expect(await processes()).toEqual([]);
    expect(await output('echo "[$here]"; pwd')).toBe('[]\n/testbed\n');
  });
});

describe('the end of the shell', () => {
  test.each([
    ['exit 3', 3, 'exit\n'],
    ['exec true', 0, ''],
    ['kill -9 $$', 137, ''],
  ])('%s: told, with the exit code, and another takes its place', async (command, exitCode, said) => {
    await session.exec('here=gone');
    const result = await session.exec(`echo last words; ${command}`);
    expect(result).toMatchObject({ exitCode, shellLost: true, timedOut: false });
    expect(result.output).toBe(
      `last words\n${said}\n[the session's shell has ended: the next command starts in a new one]\n`,
    );
    expect(await session.exec('echo "[$here]"')).toMatchObject({ output: '[]\n', shellLost: false });
  });

  test('an abort ends the command, not the session', async () => {
    const abort = new AbortController();
    await session.exec('here=kept');
    const running = session.exec('sleep 68', { signal: abort.signal });
    setTimeout(() => abort.abort(new DOMException('stop', 'AbortError')), 200);
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
    expect(await processes()).toEqual([]);
    expect(await output('echo $here')).toBe('kept\n');
  });

  test('a disposed session runs nothing more', async () => {
    await session.dispose();
    await expect(session.exec('true')).rejects.toThrow(/session is disposed/);
  });
});

test('a command that learns the sentinel and floods the line after it loses its shell, and costs the host nothing', async () => {
  const flood = `command() { builtin printf '%s%s ' "$3" "$4" >&9; tr '\\0' a </dev/zero >&9; }`;
  const before = process.memoryUsage.rss();
  expect(await session.exec(flood, { timeoutMs: 60_000 })).toMatchObject({ shellLost: true, timedOut: false });
  expect(process.memoryUsage.rss() - before).toBeLessThan(64 * 1024 * 1024);
  expect(await output('echo on')).toBe('on\n');
  expect(await processes()).toEqual([]);
});
