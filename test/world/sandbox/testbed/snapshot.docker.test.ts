// The state after some step as new sandboxes, and what is left of it afterwards.
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SandboxError } from '../../../../src/core/schema/errors.ts';
import { LABEL } from '../../../../src/world/sandbox/container/owner.ts';
import type { Sandbox } from '../../../../src/world/sandbox/sandbox.ts';
import { type TestSandboxes, testSandboxes } from '../../../support/sandbox.ts';

let sandboxes: TestSandboxes;
let box: Sandbox;
beforeAll(async () => {
  sandboxes = await testSandboxes();
});
beforeEach(async () => {
  box = await sandboxes.open();
});
afterEach(async () => {
  await box.dispose();
  expect(await snapshotsLeft()).toEqual([]);
});

const snapshotsLeft = async (): Promise<string[]> =>
  (await sandboxes.docker.listImages({ all: true, filters: { label: [`${LABEL.pid}=${process.pid}`] } })).map(
    ({ Id }) => Id,
  );

const EDIT = "sed -i 's/a + b/a - b/' src/app.py";

test('a fork has the files, wherever they are, with modes, links and what was deleted', async () => {
  await box.exec(`${EDIT}; rm README.md; chmod 700 run.sh; ln -s src/app.py link; echo t > /tmp/t; echo r > ~root/r`);
  await using fork = await box.fork();
  const show = 'cat src/app.py /tmp/t ~root/r; ls README.md 2>&1; stat -c "%a %n" run.sh /tmp; readlink link';
  expect((await fork.exec(show)).output).toBe((await box.exec(show)).output);
  expect((await fork.exec('ls /var/lib/stepwright /tmp')).output).toBe(
    (await box.exec('ls /var/lib/stepwright /tmp')).output,
  );
});

test("a fork's patch tells all since the first sandbox was opened", async () => {
  await box.exec(EDIT);
  await using fork = await box.fork();
  await fork.exec('echo more > more.txt');
  expect(await fork.diff()).toContain('+    return a - b');
  expect(await fork.diff()).toContain('b/more.txt');
  expect(await box.diff()).not.toContain('more.txt');
});

test('sandboxes of one snapshot do not see each other, nor what came after it', async () => {
  await box.exec('echo 1 > state');
  await using snapshot = await box.snapshot();
  await box.exec('echo 2 > state');
  await using first = await snapshot.open();
  await using second = await snapshot.open();
  await first.exec('echo first > state');
  expect((await second.exec('cat state')).output).toBe('1\n');
});

test('a fork of a fork goes on from there, whichever is disposed first', async () => {
  await box.exec('echo 1 >> steps');
  const fork = await box.fork();
  await fork.exec('echo 2 >> steps');
  await using again = await fork.fork();
  await fork.dispose();
  expect((await again.exec('cat steps')).output).toBe('1\n2\n');
});

test('a sandbox whose tools are gone still tells its patch in a fork', async () => {
  await box.exec(EDIT);
  await using fork = await box.fork();
  await fork.exec('rm -f $(command -v git)');
  expect(await fork.diff()).toContain('+    return a - b');
});

describe('lifetime', () => {
  test('a disposed snapshot stays as long as its sandboxes, and opens no more', async () => {
    const snapshot = await box.snapshot();
    await using fork = await snapshot.open();
    await snapshot.dispose();
    await snapshot.dispose();
    expect((await fork.exec('echo on')).output).toBe('on\n');
    await expect(snapshot.open()).rejects.toThrow(/is disposed\. Take another one/);
  });

  test('the original may go first', async () => {
    const fork = await box.fork();
    await box.dispose();
    expect((await fork.exec('cat README.md')).output).toBe('# project\n');
    await fork.dispose();
    await fork.dispose();
  });

  test('an abort while a fork opens leaves nothing', async () => {
    await expect(box.fork({ signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('a disposed sandbox has no snapshot', async () => {
    await box.dispose();
    await expect(box.snapshot()).rejects.toBeInstanceOf(SandboxError);
  });
});
