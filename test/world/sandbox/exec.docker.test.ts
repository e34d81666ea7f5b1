// What a command in a sandbox returns: output, exit code, working directory, environment, stdin.
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Sandbox } from '../../../src/world/sandbox/sandbox.ts';
import { type TestSandboxes, testSandboxes } from '../../support/sandbox.ts';

let sandboxes: TestSandboxes;
let box: Sandbox;
beforeAll(async () => {
  sandboxes = await testSandboxes();
  box = await sandboxes.open();
});
afterAll(() => box.dispose());

describe('exit codes', () => {
  test.each([
    ['true', 0],
    ['false', 1],
    ['exit 42', 42],
    ['no-such-command', 127],
    ['/testbed/README.md', 126],
    ['kill -TERM $$', 143],
    ['kill -KILL $$', 137],
    ['python3 -c "import os; os.abort()"', 134],
    ['set -o pipefail; false | true', 1],
  ])('%s → %i', async (command, code) => {
    expect((await box.exec(command)).exitCode).toBe(code);
  });

  test('a syntax error is a failing command and harms no later one', async () => {
    const result = await box.exec('if ( then "');
    expect(result).toMatchObject({ exitCode: 2, timedOut: false });
    expect(result.output).toContain('unexpected');
    expect((await box.exec('echo next')).output).toBe('next\n');
  });
});

describe('output', () => {
  test('stdout and stderr come interleaved as they were written', async () => {
    const { output } = await box.exec('for i in 1 2 3 4 5; do echo out$i; echo err$i >&2; done');
    expect(output).toBe('out1\nerr1\nout2\nerr2\nout3\nerr3\nout4\nerr4\nout5\nerr5\n');
  });

  test.each([
    ['no final newline', "printf 'a\\nb'", 'a\nb'],
    ['nothing', ':', ''],
    ['carriage returns and escapes', "printf 'a\\rb\\033[1mc'", 'a\rb\u001b[1mc'],
    ['NUL bytes', "printf 'a\\000b'", 'a\0b'],
    ['UTF-8', "printf 'naïve → 🙂'", 'naïve → 🙂'],
    ['invalid UTF-8, replaced', "printf 'a\\377b'", 'a\uFFFDb'],
  ])('%s', async (_, command, expected) => {
    expect((await box.exec(command)).output).toBe(expected);
  });

  test('a character written in two halves is one character', async () => {
    expect((await box.exec("printf '\\303'; sleep 0.1; printf '\\251'")).output).toBe('é');
  });

  test('one line of a megabyte without an end arrives whole', async () => {
    const { output, truncated } = await box.exec("head -c 1000000 /dev/zero | tr '\\0' x", { maxOutputBytes: 4e6 });
    expect(output.length).toBe(1_000_000);
    expect(truncated).toBe(false);
  });

  test('beyond the cap head and tail are kept and the cut is counted', async () => {
    const { output, truncated } = await box.exec('echo first; seq 100000; echo last', { maxOutputBytes: 1000 });
    expect(truncated).toBe(true);
    expect(output.startsWith('first\n1\n2\n')).toBe(true);
    expect(output.endsWith('100000\nlast\n')).toBe(true);
    const total = 'first\nlast\n'.length + Array.from({ length: 100_000 }, (_, i) => `${i + 1}\n`).join('').length;
    expect(output).toContain(`[… ${total - 1000} bytes cut …]`);
  });
});

describe('surroundings', () => {
  test('each command starts in the work dir, in a fresh shell', async () => {
    await box.exec('cd /tmp; export LEFT=behind; umask 077');
    expect((await box.exec('pwd; echo "[$LEFT]"; umask')).output).toBe('/testbed\n[]\n0022\n');
  });

  test('bash, not sh', async () => {
    expect((await box.exec('[[ abc == a* ]] && echo "$BASH_VERSION"')).output).toMatch(/^5/);
  });

  test('cwd may be relative to the work dir; one that is not there is a failing command', async () => {
    expect((await box.exec('pwd', { cwd: 'src' })).output).toBe('/testbed/src\n');
    expect((await box.exec('pwd', { cwd: '/' })).output).toBe('/\n');
    expect(await box.exec('pwd', { cwd: '/no where' })).toMatchObject({
      output: 'cd: no such directory: /no where\n',
      exitCode: 1,
    });
  });

  test('env values arrive as they are, and are gone afterwards', async () => {
    const value = 'a \'b\' "c" $HOME `id`\nnext\\';
    expect((await box.exec('printf %s "$ODD"', { env: { ODD: value } })).output).toBe(value);
    expect((await box.exec('echo "[$ODD]"')).output).toBe('[]\n');
  });

  test('an env name that no shell can set is refused, not run', async () => {
    await expect(box.exec('true', { env: { 'A; touch /tmp/x': '1' } })).rejects.toThrow(
      /Environment variable "A; touch/,
    );
  });

  test('stdin is empty unless given', async () => {
    expect((await box.exec('cat; echo end')).output).toBe('end\n');
    expect((await box.exec('cat', { stdin: "it's\n$HOME\0é" })).output).toBe("it's\n$HOME\0é");
  });

  test('five megabytes of stdin arrive exactly', async () => {
    const stdin = 'line of text\n'.repeat(400_000);
    expect((await box.exec('wc -c; ', { stdin })).output).toBe(`${stdin.length}\n`);
  });

  test('stdin that nobody reads blocks nothing, not even when a background process holds it', async () => {
    const stdin = 'x'.repeat(1_000_000);
    expect((await box.exec('echo done', { stdin })).output).toBe('done\n');
    expect((await box.exec('sleep 5 <&0 & echo done', { stdin })).output).toBe('done\n');
    expect((await box.exec('echo next', { timeoutMs: 3000 })).output).toBe('next\n');
  });

  test('a command longer than one argument may be runs all the same', async () => {
    const words = 'x'.repeat(300_000);
    expect((await box.exec(`echo ${words} | wc -c; cat; echo 'quoted "end"'`, { stdin: 'in\n' })).output).toBe(
      '300001\nin\nquoted "end"\n',
    );
  });

  test('signals are as in a terminal: SIGINT ends, SIGPIPE is not ignored', async () => {
    const { output } = await box.exec('grep -E "^Sig(Ign|Blk)" /proc/self/status');
    expect(output).toBe('SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n');
  });
});

test('commands given at once run at once, and do not mix', async () => {
  const started = performance.now();
  const all = [1, 2, 3].map((n) =>
    box.exec(
      `touch /tmp/at-${n}; while ! [ -e /tmp/at-1 -a -e /tmp/at-2 -a -e /tmp/at-3 ]; do sleep 0.01; done; yes ${n} | head -1000`,
    ),
  );
  const results = await Promise.all(all);
  expect(results.map(({ output }) => output)).toEqual(['1\n', '2\n', '3\n'].map((line) => line.repeat(1000)));
  expect(performance.now() - started).toBeLessThan(20_000);
});

test('a command costs a fraction of an engine exec', async () => {
  const container = sandboxes.docker.getContainer(box.id);
  const engineExec = async () => {
    const exec = await container.exec({ Cmd: ['bash', '-c', 'true'], AttachStdout: true, AttachStderr: true });
    const stream = await exec.start({});
    await once(stream.resume(), 'end');
    await exec.inspect();
  };
  const took = async (work: () => Promise<unknown>) => {
    const started = performance.now();
    await work();
    return performance.now() - started;
  };
  const ours: number[] = [];
  const engines: number[] = [];
  // In turns, so that whatever else the machine does slows both.
  for (let i = 0; i < 25; i++) {
    ours.push(await took(() => box.exec('true')));
    engines.push(await took(engineExec));
  }
  const median = (times: number[]) => times.sort((a, b) => a - b)[12]!;
  expect(median(engines) / median(ours)).toBeGreaterThan(2);
});
