// Files of a sandbox, read and written from the host.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SandboxError } from '../../../../src/core/schema/errors.ts';
import type { Sandbox } from '../../../../src/world/sandbox/sandbox.ts';
import { testSandboxes } from '../../../support/sandbox.ts';

let box: Sandbox;
beforeAll(async () => {
  box = await (await testSandboxes()).open();
});
afterAll(() => box.dispose());

describe('round trips', () => {
  test.each([
    ['empty', Buffer.alloc(0)],
    ['every byte', Buffer.from(Array.from({ length: 256 }, (_, i) => i))],
    ['no final newline', Buffer.from('a\nb')],
    ['final newlines', Buffer.from('a\n\n\n')],
    ['what looks like shell', Buffer.from("'; rm -rf / #\n$(id)\nEND_0\n")],
    ['three megabytes of noise', randomBytes(3_000_000)],
  ])('%s', async (_, content) => {
    await box.writeFile('/tmp/file', content);
    expect((await box.readFile('/tmp/file')).equals(content)).toBe(true);
  });
});

test('text is written as UTF-8 and seen by commands', async () => {
  await box.writeFile('notes.txt', 'naïve\n');
  expect((await box.exec('cat /testbed/notes.txt; wc -c < notes.txt')).output).toBe('naïve\n7\n');
});

test('relative paths start at the work dir, parents are made, odd names are names', async () => {
  const path = "new dir/it's/$x `y`\n-z.txt";
  await box.writeFile(path, 'here');
  expect((await box.readFile(`/testbed/${path}`)).toString()).toBe('here');
});

test('an overwritten file keeps its mode unless one is given', async () => {
  await box.writeFile('run.sh', '#!/bin/sh\necho changed\n');
  expect((await box.exec('./run.sh')).output).toBe('changed\n');
  await box.writeFile('tool', '#!/bin/sh\necho tool\n', { mode: 0o755 });
  expect((await box.exec('./tool; stat -c %a tool')).output).toBe('tool\n755\n');
});

test('symlinks are followed inside the container only', async () => {
  await box.exec('ln -s /etc/hostname link');
  expect((await box.readFile('link')).toString()).toBe('sandbox\n');
});

test.each([
  ['a file that is not there', () => box.readFile('nope'), /Cannot read nope in the sandbox: .*No such file/],
  ['a folder', () => box.readFile('src'), /Cannot read src in the sandbox: .*Is a directory/],
  ['a path below a file', () => box.writeFile('README.md/x', ''), /Cannot write README.md\/x in the sandbox: /],
])('%s is a SandboxError that says why', async (_, act, message) => {
  const error = await act().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(SandboxError);
  expect((error as Error).message).toMatch(message);
});

test('a pipe or a device is not waited for', async () => {
  await box.exec('mkfifo pipe');
  await expect(box.readFile('pipe')).rejects.toThrow('Cannot read pipe in the sandbox: not a regular file');
  await expect(box.writeFile('pipe', 'x')).rejects.toThrow('Cannot write pipe in the sandbox: not a regular file');
  await expect(box.readFile('/dev/zero')).rejects.toThrow('not a regular file');
});

describe('folders as archives', () => {
  test('go out and in again with modes, links and odd names', async () => {
    await box.exec(
      "mkdir -p out/a && cd out && echo 1 > 'a/o dd' && chmod 750 a/* && ln -s /usr/bin/env link && touch -- -x",
    );
    await box.importTar('/tmp/in/deep', await box.exportTar('out'));
    const show = 'find . -mindepth 1 | sort; stat -c %a a/*; readlink link';
    expect((await box.exec(show, { cwd: '/tmp/in/deep' })).output).toBe((await box.exec(show, { cwd: 'out' })).output);
  });

  test('with a pipe in it, or none that is there, are refused', async () => {
    await box.exec('mkdir piped && mkfifo piped/p');
    await expect(box.exportTar('piped')).rejects.toThrow(/tar: ".\/p" is of type "6"/);
    await expect(box.exportTar('nowhere')).rejects.toThrow(/Cannot read folder nowhere in the sandbox: .*No such file/);
  });

  test('that reach out are refused before anything is unpacked', async () => {
    await box.exec('mkdir -p evil && cd evil && echo 1 > first && ln -s /etc out');
    const [links, file] = [await box.exportTar('evil'), Buffer.from(await box.exportTar('evil'))];
    const renamed = Buffer.from(file.toString('latin1').replace('./first\0', '/first\0\0'), 'latin1');
    await expect(box.importTar('/tmp/evil', renamed)).rejects.toThrow(/tar: /);
    expect((await box.exec('ls /tmp/evil')).exitCode).not.toBe(0);
    await box.importTar('/tmp/fine', links);
    expect((await box.exec('readlink /tmp/fine/out')).output).toBe('/etc\n');
  });
});
