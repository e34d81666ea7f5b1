// Time-outs and aborts end the whole process tree, seen from outside the container, and keep what was said until then.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Sandbox } from '../../../../src/world/sandbox/sandbox.ts';
import { processesOf, type TestSandboxes, testSandboxes } from '../../../support/sandbox.ts';

let sandboxes: TestSandboxes;
let box: Sandbox;
beforeAll(async () => {
  sandboxes = await testSandboxes();
  box = await sandboxes.open();
});
afterAll(() => box.dispose());
beforeEach(async () => {
  await expect.poll(() => processesOf(sandboxes.docker, box.id)).toEqual([]);
});

test('partial output is kept and the code is 124', async () => {
  const result = await box.exec('echo before; sleep 60; echo after', { timeoutMs: 500 });
  expect(result).toMatchObject({ output: 'before\n', exitCode: 124, timedOut: true, truncated: false });
  expect(result.durationMs).toBeGreaterThan(450);
  expect(result.durationMs).toBeLessThan(5000);
});

describe('nothing survives', () => {
  test.each([
    ['a child', 'sleep 61'],
    ['a background child', 'sleep 62 & sleep 60'],
    ['a session of its own', 'setsid sleep 63 & sleep 60'],
    ['nohup', 'nohup sleep 64 >/dev/null 2>&1 & sleep 60'],
    ['a double fork', '( (sleep 65 &) & ); sleep 60'],
    ['one that ignores SIGTERM', `bash -c 'trap "" TERM INT HUP; while :; do sleep 1; done' & sleep 60`],
    ['a stopped one', 'sleep 66 & kill -STOP $!; sleep 60'],
    ['a whole stopped tree', 'bash -c "kill -STOP \\$\\$; sleep 1" ; sleep 60'],
    ['one that forks for ever', 'f() { f & sleep 0.05; f; }; f'],
  ])('%s', async (_, command) => {
    const result = await box.exec(command, { timeoutMs: 700 });
    expect(result.timedOut).toBe(true);
    expect(await processesOf(sandboxes.docker, box.id)).toEqual([]);
    expect((await box.exec('echo usable')).output).toBe('usable\n');
  });

  test('even when the untrusted command stops the shell that should kill it: files stay, the sandbox goes on', async () => {
    await box.exec('echo kept > kept.txt');
    const result = await box.exec('kill -STOP -1; sleep 60', { timeoutMs: 500 });
    expect(result).toMatchObject({ timedOut: true, exitCode: 124 });
    expect(await processesOf(sandboxes.docker, box.id)).toEqual([]);
    expect((await box.exec('cat kept.txt')).output).toBe('kept\n');
  });
});

test('a background process outlives its command, and the time-outs of later ones', async () => {
  await box.exec('sleep 67 & echo started');
  await box.exec('sleep 60', { timeoutMs: 200 });
  expect(await processesOf(sandboxes.docker, box.id)).toEqual(['sleep 67']);
  await box.exec('pkill -x sleep');
});

test('a time-out ends its own command only', async () => {
  const other = box.exec('(sleep 0.1; (sleep 71 & sleep 72) & wait) & sleep 3; pgrep -f -c "^sleep 7[12]"');
  const [result] = await Promise.all([box.exec('setsid sleep 70 & sleep 60', { timeoutMs: 1000 })]);
  expect(result.timedOut).toBe(true);
  expect((await processesOf(sandboxes.docker, box.id)).filter((line) => /^sleep (60|70)/.test(line))).toEqual([]);
  expect(await other).toMatchObject({ output: '2\n', exitCode: 0, timedOut: false });
  await box.exec('pkill -x sleep');
});

test('nor do many time-outs on busy cores end what runs beside them', async () => {
  const busy = 'for n in 1 2 3 4 5 6; do timeout 8 sh -c "while :; do :; done" & done; wait; echo on';
  const other = box.exec(busy);
  for (let n = 0; n < 8; n++) await box.exec('setsid sleep 70 & sleep 60 & sleep 60', { timeoutMs: 300 });
  expect(await other).toMatchObject({ output: 'on\n', shellLost: false });
});

test('an abort ends the command and throws its reason', async () => {
  const abort = new AbortController();
  const running = box.exec('sleep 68', { signal: abort.signal });
  setTimeout(() => abort.abort(new DOMException('stop', 'AbortError')), 200);
  await expect(running).rejects.toMatchObject({ name: 'AbortError' });
  expect(await processesOf(sandboxes.docker, box.id)).toEqual([]);
  await expect(box.exec('true', { signal: abort.signal })).rejects.toMatchObject({ name: 'AbortError' });
  expect((await box.exec('echo on')).output).toBe('on\n');
});
