// Sessions: one shell for many commands.
import assert from 'node:assert/strict';
import type { Session } from '../../sandbox.ts';
import type { ConformanceCase } from '../case.ts';

const cases: Record<string, (session: Session) => Promise<void>> = {
  'directory, variables and functions stay': async (session) => {
    await session.exec('cd /tmp; A=1; export B=2; f() { echo "f $1"; }');
    assert.equal((await session.exec('pwd; echo $A $B; f x')).output, '/tmp\n1 2\nf x\n');
  },
  'exit codes are reported and end nothing': async (session) => {
    assert.equal((await session.exec('(exit 42)')).exitCode, 42);
    assert.equal((await session.exec('no-such-program')).exitCode, 127);
    assert.equal((await session.exec('true')).exitCode, 0);
  },
  'output is exact': async (session) => {
    assert.equal((await session.exec("printf 'a\\000\\rb'; echo err >&2; printf end")).output, 'a\0\rberr\nend');
  },
  'stdin is empty': async (session) => {
    assert.equal((await session.exec('cat; echo end')).output, 'end\n');
  },
  'a syntax error leaves the shell as it was': async (session) => {
    await session.exec('A=kept');
    assert.notEqual((await session.exec('if ( then')).exitCode, 0);
    assert.equal((await session.exec('echo $A')).output, 'kept\n');
  },
  'a command traced and echoed ends all the same': async (session) => {
    await session.exec('set -x; set -v');
    assert.equal((await session.exec('(exit 5)', { timeoutMs: 5000 })).exitCode, 5);
  },
  'a time-out is an interrupt: the shell goes on, the rest of the script does not': async (session) => {
    await session.exec('A=kept');
    const result = await session.exec('echo before; sleep 60; echo after', { timeoutMs: 500 });
    assert.deepEqual([result.timedOut, result.shellLost, result.exitCode], [true, false, 124]);
    assert.match(result.output, /^before\n(?![\s\S]*after)/);
    assert.equal((await session.exec('echo $A')).output, 'kept\n');
  },
  'what ignores an interrupt dies with the shell, which is reported': async (session) => {
    const result = await session.exec(`sh -c 'trap "" INT TERM; sleep 61; :'`, { timeoutMs: 300 });
    assert.deepEqual([result.timedOut, result.shellLost], [true, true]);
    assert.equal((await session.exec('echo on')).output, 'on\n');
  },
  'the end of the shell is reported, with its exit code': async (session) => {
    const result = await session.exec('A=1; echo last; exit 3');
    assert.deepEqual([result.exitCode, result.shellLost], [3, true]);
    assert.match(result.output, /^last\n/);
    assert.equal((await session.exec('echo "[$A]"')).output, '[]\n');
  },
};

export const sessionCases: ConformanceCase[] = [
  ...Object.entries(cases).map(
    ([name, run]): ConformanceCase => ({
      name,
      async run({ box }) {
        await using session = await box.openSession();
        await run(session);
      },
    }),
  ),
  {
    name: 'two know nothing of each other, nor of exec',
    async run({ box }) {
      await using first = await box.openSession({ cwd: '/tmp', env: { A: '1' } });
      await using second = await box.openSession();
      await first.exec('B=2');
      assert.equal((await first.exec('pwd; echo $A$B')).output, '/tmp\n12\n');
      assert.equal((await second.exec('pwd; echo "[$A$B]"')).output, '/testbed\n[]\n');
      assert.equal((await box.exec('echo "[$A$B]"')).output, '[]\n');
    },
  },
  {
    name: 'disposed, it runs nothing more',
    async run({ box }) {
      const session = await box.openSession();
      await session.dispose();
      await assert.rejects(session.exec('true'), { name: 'SandboxError' });
    },
  },
];
