// How sandboxes begin and end.
import assert from 'node:assert/strict';
import type { ConformanceCase } from '../case.ts';

export const lifecycleCases: ConformanceCase[] = [
  {
    name: 'one sandbox does not see another',
    async run({ box, open }) {
      await using other = await open();
      await other.exec('echo secret > /tmp/other');
      assert.notEqual((await box.exec('cat /tmp/other')).exitCode, 0);
      assert.notEqual(box.id, other.id);
    },
  },
  {
    name: 'dispose may be asked for twice; commands after it are SandboxErrors',
    async run({ open }) {
      const box = await open();
      await Promise.all([box.dispose(), box.dispose()]);
      await assert.rejects(box.exec('true'), { name: 'SandboxError' });
    },
  },
  {
    name: 'dispose ends a command that runs with a SandboxError',
    async run({ open }) {
      const box = await open();
      const running = assert.rejects(box.exec('sleep 60'), { name: 'SandboxError' });
      setTimeout(() => void box.dispose(), 200);
      await running;
    },
  },
  {
    name: 'dispose ends a session',
    async run({ open }) {
      const box = await open();
      const session = await box.openSession();
      await box.dispose();
      await assert.rejects(session.exec('true'), { name: 'SandboxError' });
    },
  },
  {
    name: 'an image that is not there is reported',
    async run({ open }) {
      await assert.rejects(open({ image: 'stepwright/no-such-image:0' }), /no-such-image/);
    },
  },
  {
    name: 'an opening that is aborted throws the reason',
    async run({ open }) {
      const signal = AbortSignal.abort(new DOMException('stop', 'AbortError'));
      await assert.rejects(open({ signal }), { name: 'AbortError' });
    },
  },
  {
    name: 'a signal that opened a sandbox does not end it later',
    async run({ open }) {
      const abort = new AbortController();
      await using box = await open({ signal: abort.signal });
      abort.abort();
      assert.equal((await box.exec('echo on')).output, 'on\n');
    },
  },
  {
    name: 'a sandbox of another commit than was asked for does not open',
    needs: ['repository'],
    async run({ open }) {
      await assert.rejects(open({ baseCommit: '0'.repeat(40) }), { name: 'SandboxError' });
    },
  },
  {
    name: 'four open at once',
    async run({ open }) {
      const opened = await Promise.allSettled([open(), open(), open(), open()]);
      const boxes = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      const said = await Promise.all(boxes.map((box) => box.exec('echo on')));
      await Promise.all(boxes.map((box) => box.dispose()));
      assert.deepEqual(
        said.map(({ output }) => output),
        ['on\n', 'on\n', 'on\n', 'on\n'],
      );
    },
  },
];
