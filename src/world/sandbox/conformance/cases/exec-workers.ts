// Commands beside one another and after one another: nobody's output, time-out or end reaches another.
import assert from 'node:assert/strict';
import type { ConformanceCase } from '../case.ts';

export const execWorkerCases: ConformanceCase[] = [
  {
    name: 'commands given at once run at once and do not mix',
    async run({ box }) {
      const meet = (n: number) =>
        `touch /tmp/at-${n}; until [ -e /tmp/at-1 ] && [ -e /tmp/at-2 ] && [ -e /tmp/at-3 ]; do sleep 0.02; done; yes ${n} | head -500`;
      const results = await Promise.all([1, 2, 3].map((n) => box.exec(meet(n), { timeoutMs: 20_000 })));
      assert.deepEqual(
        results.map(({ output }) => output),
        [1, 2, 3].map((n) => `${n}\n`.repeat(500)),
      );
    },
  },
  {
    name: "a background process's output reaches no later command",
    async run({ box }) {
      await box.exec('(i=0; while [ $i -lt 40 ]; do echo noise; sleep 0.02; i=$((i+1)); done) & echo started');
      for (let i = 0; i < 5; i++) assert.equal((await box.exec('sleep 0.05; echo clean')).output, 'clean\n');
    },
  },
  {
    name: 'a background process does not die of having no reader',
    async run({ box }) {
      await box.exec('(sleep 0.3; echo unheard && echo alive > /tmp/alive) & echo started');
      assert.equal((await box.exec('sleep 0.8; cat /tmp/alive')).output, 'alive\n');
    },
  },
  {
    name: "another command's time-out touches none that runs",
    async run({ box }) {
      const other = box.exec('sleep 1.2; echo whole');
      assert.equal((await box.exec('sleep 60', { timeoutMs: 300 })).timedOut, true);
      assert.deepEqual([(await other).output, (await other).exitCode], ['whole\n', 0]);
    },
  },
  {
    name: "another command's time-out touches no background process of an earlier one",
    async run({ box }) {
      await box.exec('sleep 62 >/dev/null 2>&1 & echo $! > /tmp/earlier; sleep 0.05');
      await box.exec('sleep 60', { timeoutMs: 300 });
      assert.equal((await box.exec('kill $(cat /tmp/earlier)')).exitCode, 0);
    },
  },
  {
    name: 'more commands at once than there are workers all end',
    async run({ box }) {
      const results = await Promise.all(Array.from({ length: 40 }, (_, n) => box.exec(`echo ${n}; exit ${n}`)));
      assert.deepEqual(
        results.map(({ output, exitCode }) => [output, exitCode]),
        results.map((_, n) => [`${n}\n`, n]),
      );
    },
  },
  {
    name: 'a session and commands run at once',
    async run({ box }) {
      await using session = await box.openSession();
      const meet = (own: string, other: string) =>
        `touch /tmp/met-${own}; until [ -e /tmp/met-${other} ]; do sleep 0.02; done; echo ${own}`;
      const [inSession, stateless] = await Promise.all([
        session.exec(meet('a', 'b'), { timeoutMs: 20_000 }),
        box.exec(meet('b', 'a'), { timeoutMs: 20_000 }),
      ]);
      assert.deepEqual([inSession.output, stateless.output], ['a\n', 'b\n']);
    },
  },
];
