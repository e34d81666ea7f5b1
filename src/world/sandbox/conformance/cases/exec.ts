// exec: exit codes, where a command runs and what it is given.
import assert from 'node:assert/strict';
import type { ExecOptions } from '../../sandbox.ts';
import type { ConformanceCase } from '../case.ts';

const exits: [name: string, command: string, exitCode: number][] = [
  ['a command that succeeds has exit code 0', 'true', 0],
  ['a command that fails is a value', 'false', 1],
  ['an exit code is passed on', 'exit 42', 42],
  ['the largest exit code is passed on', 'exit 255', 255],
  ['a program that is not there: 127', 'no-such-program', 127],
  ['a file that is no program: 126', '/etc/passwd', 126],
  ['the last command of a list counts', 'false; true', 0],
  ['128 + the signal that ended the shell: SIGTERM', 'kill -TERM $$', 143],
  ['128 + the signal that ended the shell: SIGKILL', 'kill -KILL $$', 137],
  ['an empty command is one that succeeds', '', 0],
];

const outputs: [name: string, command: string, options: ExecOptions, output: string][] = [
  ['cwd: the work dir by default', 'pwd', {}, '/testbed\n'],
  ['cwd: absolute', 'pwd', { cwd: '/' }, '/\n'],
  ['cwd: relative to the work dir', 'pwd', { cwd: '..' }, '/\n'],
  [
    'cwd: one that is not there is reported, not thrown',
    'pwd',
    { cwd: '/no where' },
    'cd: no such directory: /no where\n',
  ],
  [
    'env: a value arrives as it is',
    'printf %s "$A"',
    { env: { A: ` a 'b' "c" $HOME \`id\` \\\nd ` } },
    ` a 'b' "c" $HOME \`id\` \\\nd `,
  ],
  ['env: an empty value is set', 'echo "[$A]"; env | grep -c ^A=$', { env: { A: '' } }, '[]\n1\n'],
  ['env: names of any kind', 'echo $shell $line $setsid', { env: { shell: '1', line: '2', setsid: '3' } }, '1 2 3\n'],
  ['stdin: empty by default', 'cat; echo end', {}, 'end\n'],
  ['stdin: exact, NUL and all', 'od -An -c', { stdin: 'a\0\n\\é' }, '   a  \\0  \\n   \\ 303 251\n'],
  ['stdin: is not the script', 'cat', { stdin: 'echo run\n' }, 'echo run\n'],
  ['a script of more lines runs to its end', 'a=1\necho $a\n\nb=2; echo $b', {}, '1\n2\n'],
  ['a here-document is part of the script', "cat <<'END'\nit's $HOME\nEND", {}, "it's $HOME\n"],
  ['quotes and backslashes arrive as they are', `printf '%s\\n' "it's" '"' '\\n'`, {}, `it's\n"\n\\n\n`],
  ['a script in UTF-8', 'echo "ā → 🙂"', {}, 'ā → 🙂\n'],
];

export const execCases: ConformanceCase[] = [
  ...exits.map(([name, command, exitCode]) => ({
    name,
    run: async ({ box }: Parameters<ConformanceCase['run']>[0]) => {
      const result = await box.exec(command);
      assert.equal(result.exitCode, exitCode);
      assert.equal(result.timedOut, false);
    },
  })),
  ...outputs.map(([name, command, options, output]) => ({
    name,
    run: async ({ box }: Parameters<ConformanceCase['run']>[0]) => {
      assert.equal((await box.exec(command, options)).output, output);
    },
  })),
  {
    name: 'every command has a fresh shell: no directory, variable or mask stays',
    async run({ box }) {
      await box.exec('cd /tmp; export LEFT=1; umask 077');
      assert.equal((await box.exec('pwd; echo "[$LEFT]"; umask')).output, '/testbed\n[]\n0022\n');
    },
  },
  {
    name: 'every command leads a session and a process group of its own',
    async run({ box }) {
      const { output } = await box.exec(
        'read -r pid comm state parent group session rest </proc/self/stat; echo $$ $group $session',
      );
      const [shell, group, session] = output.trim().split(' ');
      assert.deepEqual([group, session], [shell, shell]);
    },
  },
  {
    name: 'SIGINT, SIGTERM, SIGPIPE and SIGHUP are neither ignored nor blocked',
    async run({ box }) {
      const { output } = await box.exec('grep -E "^Sig(Ign|Blk)" /proc/self/status');
      const masks = output
        .trim()
        .split('\n')
        .map((line) => Number(`0x${line.split('\t')[1]}`));
      const bits = [2, 15, 13, 1].reduce((mask, signal) => mask | (1 << (signal - 1)), 0);
      assert.deepEqual(
        masks.map((mask) => mask & bits),
        [0, 0],
      );
    },
  },
  {
    name: 'no descriptor but the three is open',
    async run({ box }) {
      assert.equal(
        (await box.exec('for f in 0 1 2 3 4 5 6 7 8 9; do ! [ -e /proc/$$/fd/$f ] || echo $f; done')).output,
        '0\n1\n2\n',
      );
    },
  },
  {
    name: 'a syntax error fails its command and no other',
    async run({ box }) {
      assert.notEqual((await box.exec('if ( then "')).exitCode, 0);
      assert.equal((await box.exec('echo next')).output, 'next\n');
    },
  },
  {
    name: 'a command of 300 KB runs',
    async run({ box }) {
      assert.equal((await box.exec(`echo ${'x'.repeat(300_000)} | wc -c`)).output.trim(), '300001');
    },
  },
  {
    name: '5 MB of stdin arrive',
    async run({ box }) {
      const stdin = 'line of text\n'.repeat(400_000);
      assert.equal((await box.exec('wc -c', { stdin })).output.trim(), String(stdin.length));
    },
  },
  {
    name: 'stdin that nobody reads blocks nothing',
    async run({ box }) {
      assert.equal((await box.exec('echo done', { stdin: 'x'.repeat(1_000_000), timeoutMs: 10_000 })).output, 'done\n');
    },
  },
  {
    name: 'an environment name that no shell can set is refused',
    async run({ box }) {
      await assert.rejects(box.exec('true', { env: { 'A; touch /tmp/x': '1' } }), { name: 'SandboxError' });
    },
  },
  {
    name: 'bash runs the commands of an image that has it',
    needs: ['bash'],
    async run({ box }) {
      assert.equal((await box.exec('[[ abc == a* ]] && echo yes')).output, 'yes\n');
    },
  },
];
