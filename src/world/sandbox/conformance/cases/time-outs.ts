// Time-outs and aborts: the whole tree dies, what was said is kept, nobody else is touched.
import assert from 'node:assert/strict';
import type { ConformanceCase } from '../case.ts';

/** Command lines are NUL-separated: this one's own does not match. */
const SLEEPERS = "grep -la '^sleep.61' /proc/[0-9]*/cmdline 2>/dev/null";

const trees: [name: string, command: string][] = [
  ['a child', 'sleep 61; :'],
  ['a background child', 'sleep 61 & sleep 60'],
  ['a session of its own', 'setsid sleep 61 & sleep 60'],
  ['a double fork', '( (sleep 61 &) & ); sleep 60'],
  ['a double fork in a session of its own, without environment', '( (env -i setsid sleep 61 &) & ); sleep 60'],
  ['what ignores hang-ups', 'nohup sleep 61 >/dev/null 2>&1 & sleep 60'],
  ['what ignores SIGTERM and SIGINT', `sh -c 'trap "" TERM INT; sleep 61; :' & sleep 60`],
  ['a stopped process', 'sleep 61 & kill -STOP $!; sleep 60'],
];

export const timeOutCases: ConformanceCase[] = [
  {
    name: 'exit code 124, and what was said until then is kept',
    async run({ box }) {
      const result = await box.exec('echo before; sleep 60; echo after', { timeoutMs: 500 });
      assert.deepEqual([result.output, result.exitCode, result.timedOut], ['before\n', 124, true]);
    },
  },
  ...trees.map(
    ([name, command]): ConformanceCase => ({
      name: `${name} does not survive`,
      async run({ box }) {
        assert.equal((await box.exec(command, { timeoutMs: 500 })).timedOut, true);
        assert.equal((await box.exec(SLEEPERS)).output, '');
      },
    }),
  ),
  {
    name: 'an abort ends the command and throws its reason',
    async run({ box }) {
      const abort = new AbortController();
      const running = box.exec('sleep 61; :', { signal: abort.signal });
      setTimeout(() => abort.abort(new DOMException('stop', 'AbortError')), 200);
      await assert.rejects(running, { name: 'AbortError' });
      assert.equal((await box.exec(SLEEPERS)).output, '');
    },
  },
];
