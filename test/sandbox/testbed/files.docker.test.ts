// Files of a sandbox, read and written from the host.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { SandboxError } from '../../../src/schema/errors.ts';
import { testSandboxes } from '../../support/sandbox.ts';

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
