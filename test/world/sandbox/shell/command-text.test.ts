// Commands as text, read and run by the shells that images have.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { commandText, enterFunction, quote } from '../../../../src/world/sandbox/shell/command-text.ts';

const dir = mkdtempSync(join(tmpdir(), 'stepwright-test-'));
afterAll(() => rmSync(dir, { recursive: true }));

const shells = ['dash', 'bash'].filter((shell) => spawnSync(shell, ['--help']).error === undefined);

describe.each(shells)('%s', (shell) => {
  const path = execFileSync('sh', ['-c', `command -v ${shell}`])
    .toString()
    .trim();
  const run = (script: string, rest: { cwd?: string; env?: Record<string, string>; stdin?: string } = {}) => {
    const { cwd = '/', env = {}, stdin = '' } = rest;
    const files = { stdin: `${dir}/stdin`, script: `${dir}/script` };
    const command = commandText({ script, cwd, env, stdin: Buffer.from(stdin) }, files);
    writeFileSync(files.stdin, command.stdin);
    writeFileSync(files.script, command.script);
    const { stdout, stderr, status } = spawnSync(path, [
      '-c',
      `exec 2>/dev/null; setsid=$(command -v setsid) shell=${path}\n${enterFunction}${command.text}`,
    ]);
    return { output: stdout.toString() + stderr.toString(), status };
  };

  test.each(["it's", '$HOME `id` "x" \\', 'two\nlines', '', '!x', "'''", ' lead', 'trail\\'])(
    '%j is one word',
    (text) => {
      expect(run(`printf '%s|' ${quote(text)} end`)).toEqual({ output: `${text}|end|`, status: 0 });
    },
  );

  test('the script has its own stdin, environment and directory, and its exit code counts', () => {
    const script = 'pwd; echo "$A"; cat; exit 3';
    expect(run(script, { cwd: '/usr', env: { A: "b'c\nd" } })).toEqual({ output: "/usr\nb'c\nd\n", status: 3 });
    expect(run(script, { stdin: 'echo not run\n' })).toEqual({ output: '/\n\necho not run\n', status: 3 });
    expect(run(script, { cwd: '/nowhere' })).toEqual({ output: 'cd: no such directory: /nowhere\n', status: 1 });
  });

  test('a script may be longer than an argument', () => {
    expect(run(`: ${'x'.repeat(300_000)}\necho 'the end'; cat`, { stdin: 'in' })).toEqual({
      output: 'the end\nin',
      status: 0,
    });
  });

  test('an environment with the names that we use ourselves changes nothing', () => {
    expect(run('echo $shell $setsid', { env: { shell: 'a', setsid: 'b' } })).toEqual({ output: 'a b\n', status: 0 });
  });

  test('what a script leaves open is its own error', () => {
    for (const script of ['if ( then', "echo 'open", 'cat <<END\nopen', '}', '{'])
      expect(run(`${script}\n`).output).not.toContain('next');
    expect(run('if ( then').status).toBe(2);
  });
});

test('NUL bytes, which no shell takes, are left out', () => {
  expect(quote('a\0b')).toBe("'ab'");
});
