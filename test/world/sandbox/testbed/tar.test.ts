// Archives that must not be unpacked, made by Python's tarfile and by tar, and ones that may.
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createRandom, pick } from '../../../../src/core/run/random.ts';
import { SandboxError } from '../../../../src/core/schema/errors.ts';
import { checkTar, readEntries } from '../../../../src/world/sandbox/testbed/tar.ts';
import { paxHeader, tarBody, tarHeader } from '../../../support/tar.ts';
import { temporaryFolder } from '../../../support/temp.ts';

const LIMITS = { bytes: 1_000_000, entries: 100 };

/** `add(name, type, link, data)` puts an entry in, unchecked. */
const python = (script: string, form = 'PAX'): Buffer =>
  execFileSync(
    'python3',
    [
      '-c',
      `
import io, sys, tarfile
tar = tarfile.open(fileobj=sys.stdout.buffer, mode='w|', format=tarfile.${form}_FORMAT)
def add(name, type=tarfile.REGTYPE, link='', data=b''):
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname, entry.size = type, link, len(data)
    tar.addfile(entry, io.BytesIO(data))
${script}
tar.close()`,
    ],
    { maxBuffer: 64_000_000 },
  );

describe('refused', () => {
  test.each([
    ['an absolute path', "add('/etc/passwd')", /"\/etc\/passwd" is an absolute path/],
    ['a way up', "add('a/../../b')", /"a\/..\/..\/b" is an absolute path or has a `\.\.`/],
    ['a way up in a long name', "add('x/' * 90 + '../' * 100 + 'y')", /has a `\.\.`/],
    ['a way up in a long name as by GNU', "add('x/' * 90 + '../' * 100 + 'y')", /has a `\.\.`/],
    ['a character device', "add('zero', tarfile.CHRTYPE)", /"zero" is of type "3"/],
    ['a block device', "add('disk', tarfile.BLKTYPE)", /type "4"/],
    ['a pipe', "add('pipe', tarfile.FIFOTYPE)", /type "6"/],
    ['a file through a symlink', "add('out', tarfile.SYMTYPE, '/etc'); add('out/passwd')", /through the symlink "out"/],
    [
      'a file through a symlink under another spelling',
      "add('out', tarfile.SYMTYPE, '/etc'); add('./out//passwd')",
      /through the symlink/,
    ],
    [
      'a file in the place of a symlink',
      "add('out', tarfile.SYMTYPE, '/etc/passwd'); add('out')",
      /through a symlink of that name/,
    ],
    ['a hard link to what is not in it', "add('link', tarfile.LNKTYPE, 'etc/passwd')", /hard link to "etc\/passwd"/],
    ['a hard link out of it', "add('link', tarfile.LNKTYPE, '/etc/passwd')", /hard link to "\/etc\/passwd"/],
    ['too many bytes', "add('big', data=b'x' * 1000001)", /"big" makes it more than 1000000 bytes/],
    ['too many entries', 'for i in range(101): add(str(i))', /"100" is one of more than 100 entries/],
  ])('%s', (name, script, message) => {
    const tar = python(script, name.endsWith('GNU') ? 'GNU' : 'PAX');
    expect(() => checkTar(tar, LIMITS)).toThrow(SandboxError);
    expect(() => checkTar(tar, LIMITS)).toThrow(message);
  });

  test('a sparse file, which says it is small', () => {
    const dir = temporaryFolder();
    execFileSync('truncate', ['-s', '1G', join(dir, 'sparse')]);
    for (const form of ['gnu', 'pax'])
      expect(() =>
        checkTar(execFileSync('tar', ['-C', dir, '-S', `--format=${form}`, '-cf', '-', 'sparse']), LIMITS),
      ).toThrow(/sparse|type "S"/);
  });

  test('what is torn or no archive', () => {
    expect(() => checkTar(python("add('a', data=b'x' * 5000)").subarray(0, 1500), LIMITS)).toThrow(
      /in the middle of an entry/,
    );
    expect(() => checkTar(Buffer.alloc(1024, 'no'), LIMITS)).toThrow(/a header is not one/);
  });
});

test('what tar makes of a folder is taken: links, long and odd names, nothing', () => {
  const dir = temporaryFolder();
  mkdirSync(join(dir, 'd'.repeat(90)));
  writeFileSync(join(dir, 'd'.repeat(90), 'e'.repeat(90)), 'x');
  writeFileSync(join(dir, 'ünï\ncode'), 'x');
  writeFileSync(join(dir, '..b'), 'x');
  symlinkSync('/usr/bin/python3', join(dir, 'python'));
  execFileSync('ln', [join(dir, '..b'), join(dir, 'hard')]);
  for (const form of ['gnu', 'pax', 'ustar'])
    expect(() => checkTar(execFileSync('tar', ['-C', dir, `--format=${form}`, '-cf', '-', '.']), LIMITS)).not.toThrow();
  expect(() => checkTar(Buffer.alloc(10_240), LIMITS)).not.toThrow();
});

describe('what programs would read in different ways is refused', () => {
  const end = Buffer.alloc(1024);

  test.each(['-512', '1e3', '0x200', '', '9007199254740993', ' 512'])('a pax header with the size "%s"', (size) => {
    const tar = Buffer.concat([paxHeader(`size=${size}`), tarHeader('b', { type: 'x' }), end]);
    expect(() => checkTar(tar, LIMITS)).toThrow(/a pax header gives the size/);
  });

  test.each([
    ['two pax headers', [paxHeader('path=a'), paxHeader('path=b')]],
    ['a pax header and a long name', [paxHeader('path=a'), tarHeader('L', { type: 'L', size: 1 }), tarBody('b')]],
    ['a long name and a pax header', [tarHeader('L', { type: 'L', size: 1 }), tarBody('b'), paxHeader('path=a')]],
  ])('%s of one entry', (_, headers) => {
    expect(() => checkTar(Buffer.concat([...headers, tarHeader('c'), end]), LIMITS)).toThrow(
      /an entry has several extended headers/,
    );
  });

  test.each([
    ['a hard link', { type: '1', link: 'a' }],
    ['a symlink', { type: '2', link: 'a' }],
    ['a folder', { type: '5' }],
  ])('%s that says it has content, which may be the next header', (_, header) => {
    const tar = Buffer.concat([
      tarHeader('a'),
      tarHeader('b', { ...header, size: 512 }),
      tarHeader('/etc/passwd'),
      end,
    ]);
    expect(() => checkTar(tar, LIMITS)).toThrow(/"b" is no file and says it has 512 bytes/);
  });

  test('entries after the end', () => {
    expect(() => checkTar(Buffer.concat([Buffer.alloc(512), tarHeader('/etc/passwd')]), LIMITS)).toThrow(
      /goes on after its end/,
    );
  });

  test('a pax record that is longer than its header', () => {
    const tar = Buffer.concat([tarHeader('x', { type: 'x', size: 11 }), tarBody('900 path=a\n'), tarHeader('b'), end]);
    expect(() => checkTar(tar, LIMITS)).toThrow(/a pax header is not one/);
  });
});

test('the size that a pax header gives is of the entry, and what follows is read after it', () => {
  const tar = Buffer.concat([paxHeader('size=512'), tarHeader('a'), tarBody('x'.repeat(512)), tarHeader('b')]);
  expect([...readEntries(tar)].map(({ name, size }) => [name, size])).toEqual([
    ['a', 512],
    ['b', 0],
  ]);
});

test('whatever is taken has the entries that GNU tar finds in it', () => {
  const random = createRandom('tar');
  const name = () => pick(random, ['a', 'b', 'd/', 'd/c', './e']);
  const size = () => pick(random, [0, 0, 1, 512, 600]);
  const parts = [
    () => tarHeader(name()),
    () => tarHeader(name(), { size: size() }),
    () => tarBody('x'.repeat(512)),
    () =>
      tarHeader(name(), { type: pick(random, ['0', '1', '2', '5', 'x', 'L', 'K', '7', 'g']), link: 'a', size: size() }),
    () => paxHeader(`path=${name()}`),
    () => paxHeader(`size=${size()}`, `path=${name()}`),
    () => Buffer.concat([tarHeader('L', { type: 'L', size: 5 }), tarBody('long\0')]),
    () => Buffer.concat([tarHeader(name(), { size: 512 }), tarBody('x'.repeat(512))]),
  ];
  let taken = 0;
  for (let round = 0; round < 3000; round++) {
    const count = 1 + Math.floor(random() * 4);
    const tar = Buffer.concat([...Array.from({ length: count }, () => pick(random, parts)()), Buffer.alloc(1024)]);
    try {
      checkTar(tar, LIMITS);
    } catch (error) {
      expect(error).toBeInstanceOf(SandboxError);
      continue;
    }
    if (++taken > 150) break;
    const found = execFileSync('tar', ['-tf', '-', '-P'], { input: tar, stdio: 'pipe' }).toString().split('\n');
    expect([...readEntries(tar)].map((entry) => entry.name)).toEqual(found.filter((line) => line !== ''));
  }
  expect(taken).toBeGreaterThan(100);
});
