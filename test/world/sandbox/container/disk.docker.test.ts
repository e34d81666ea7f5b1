// What a sandbox may write, outside /tmp: bounded in bytes and in files, and told.
import { beforeAll, describe, expect, test } from 'vitest';
import { SandboxError } from '../../../../src/core/schema/errors.ts';
import { measureLayer } from '../../../../src/world/sandbox/container/layer-size.ts';
import type { Sandbox } from '../../../../src/world/sandbox/sandbox.ts';
import { type TestSandboxes, testSandboxes } from '../../../support/sandbox.ts';

const MIB = 1024 * 1024;

let sandboxes: TestSandboxes;
beforeAll(async () => {
  sandboxes = await testSandboxes();
});

const sizeOf = (box: Sandbox) => measureLayer(sandboxes.docker.getContainer(box.id), 1e6);

/** Slow enough to be seen between two looks, whatever the disk. */
const FILL = 'for i in $(seq 100); do head -c 16M /dev/zero > fill.$i; sleep 0.1; done; echo filled';
const MANY =
  'mkdir many; for i in $(seq 100); do (cd many; seq -f "$i.%g" 500 | xargs touch); sleep 0.1; done; echo filled';

describe.each([
  ['bytes', { diskBytes: 256 * MIB }, FILL],
  ['files', { files: 3000 }, MANY],
])('too many %s', (_, limits, fill) => {
  test('end the command, not the sandbox; some may be freed, and then it goes on', async () => {
    await using box = await sandboxes.open({ limits });
    const result = await box.exec(`echo started; ${fill}`, { timeoutMs: 60_000 });
    expect(result).toMatchObject({ diskFull: true, exitCode: 137, timedOut: false });
    expect(result.output).toMatch(
      /^started\n[\s\S]*\[the sandbox has written more than it may: .*; remove some files\]\n$/,
    );
    const { bytes, files } = await sizeOf(box);
    expect(bytes).toBeLessThan(2 * 256 * MIB);
    expect(files).toBeLessThan(2 * 3000);
    expect(await box.exec('rm -rf fill.* many; sleep 0.5; echo freed')).toMatchObject({
      output: 'freed\n',
      exitCode: 0,
    });
    expect((await box.exec('echo on > file; cat file')).output).toBe('on\n');
  });
});

test('a sandbox that fills up again and again is removed at twice its limit', async () => {
  await using box = await sandboxes.open({ limits: { diskBytes: 64 * MIB } });
  const again = async (): Promise<never> => {
    for (let round = 1; round < 20; round++)
      await box.exec(`for i in $(seq 8); do head -c 8M /dev/zero > ${round}.$i; sleep 0.1; done`);
    throw new Error('never removed');
  };
  const error = await again().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(SandboxError);
  expect((error as Error).message).toMatch(
    /has written \d+ bytes in \d+ files, more than twice its limits .* It was removed\./,
  );
});

describe('files with holes, which cost the sandbox nothing', () => {
  const HOLES = 'for i in 1 2 3 4; do truncate -s 60M hole$i; done';

  test.each([
    ['a diff that a reference container has to compute', (box: Sandbox) => box.diff()],
    ['a snapshot', (box: Sandbox) => box.snapshot()],
    ['a fork', (box: Sandbox) => box.fork()],
  ])('count with all their bytes in %s', async (_, copy) => {
    await using box = await sandboxes.open({ limits: { diskBytes: 64 * MIB } });
    expect(await box.exec(`touch /usr/bin/another; ${HOLES}`)).toMatchObject({ exitCode: 0 });
    const failure = copy(box);
    await expect(failure).rejects.toBeInstanceOf(SandboxError);
    await expect(failure).rejects.toThrow(/has written \d{9} bytes in \d+ files, more than twice its limits/);
    await box.exec('rm hole*');
    expect(await box.diff()).toBe('');
  });
});

test('an image with volumes, which no limit holds for, is refused', async () => {
  const { docker } = sandboxes;
  await using box = await sandboxes.open();
  const image = { repo: 'stepwright-test/volume', tag: '1' };
  await docker.getContainer(box.id).commit({ ...image, changes: 'VOLUME /data' });
  try {
    const opened = sandboxes.open({ image: 'stepwright-test/volume:1' });
    await expect(opened).rejects.toBeInstanceOf(SandboxError);
    await expect(opened).rejects.toThrow(/has volumes \(\/data\), which no disk limit holds for/);
  } finally {
    await docker.getImage('stepwright-test/volume:1').remove();
  }
});

test('/tmp has its own number of files', async () => {
  await using box = await sandboxes.open({ limits: { files: 500 } });
  expect((await box.exec('cd /tmp && seq 600 | xargs touch')).output).toContain('No space left on device');
});

test('one sandbox under load does not keep another from its work', async () => {
  await using busy = await sandboxes.open();
  await using other = await sandboxes.open();
  const load = busy.exec('for i in 1 2 3 4 5 6 7 8; do (while :; do :; done) & done; wait', { timeoutMs: 4000 });
  const times: number[] = [];
  for (let i = 0; i < 20; i++)
    times.push((await other.exec('i=0; while [ $i -lt 2000 ]; do i=$((i+1)); done')).durationMs);
  expect(times.sort((a, b) => a - b)[10]).toBeLessThan(1000);
  expect((await load).timedOut).toBe(true);
});

test('open files are bounded', async () => {
  await using box = await sandboxes.open({ limits: { openFiles: 64 } });
  expect((await box.exec('python3 -c "x = [open(\'/dev/null\') for _ in range(100)]"')).output).toContain(
    'Too many open files',
  );
});

test('a runtime is asked for by name', async () => {
  await using box = await sandboxes.open({ runtime: 'runc' });
  expect((await sandboxes.docker.getContainer(box.id).inspect()).HostConfig.Runtime).toBe('runc');
  await expect(sandboxes.open({ runtime: 'nothing' })).rejects.toThrow(/Cannot create a container .*nothing/);
});
