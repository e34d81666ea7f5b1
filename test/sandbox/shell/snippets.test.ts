// The shell code that the control shell is told, tried with the shells that images have.
import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { quote, runSnippet } from '../../../src/sandbox/shell/snippets.ts';

const shells = ['dash', 'bash', 'busybox'].filter((shell) => spawnSync(shell, ['--help']).error === undefined);

describe.each(shells)('%s', (shell) => {
  const args = shell === 'busybox' ? ['sh'] : [];

  test.each(["it's", '$HOME `id` "x" \\', 'two\nlines', '', '!x', "'''"])('%j is one word', (text) => {
    const script = `printf '%s|' ${quote(text)} end`;
    expect(execFileSync(shell, [...args, '-c', script]).toString()).toBe(`${text}|end|`);
  });

  test('takes a command with a script, an environment and stdin of any size', () => {
    for (const size of [10, 300_000]) {
      const script = `: ${'x'.repeat(size)}\necho 'it'"'"'s'; echo "$A"; cat; exit 3`;
      const stdin = Buffer.from(`in\0${'y'.repeat(size)}`);
      const snippet = runSnippet({ script, cwd: '/', env: { A: "b'c" }, stdin }, 'S'.repeat(32), 'E'.repeat(32));
      const init =
        'exec 3>&1; sh=$(command -v bash) cat=$(command -v cat) setsid=$(command -v setsid) base64=$(command -v base64)\n';
      const output = execFileSync(shell, args, { input: `${init}${snippet}wait\n`, maxBuffer: 1e7 });
      expect(output.toString()).toBe(`${'S'.repeat(32)}it's\nb'c\n${stdin}${'E'.repeat(32)} 3\n`);
    }
  });
});

test('NUL bytes, which no shell takes, are left out', () => {
  expect(quote('a\0b')).toBe("'ab'");
});
