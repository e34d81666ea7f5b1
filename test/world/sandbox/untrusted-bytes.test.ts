// Whatever a container writes is read within a second: every parser of such bytes, on what repeats and on what is random.
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { changedFiles } from '../../../src/core/patch/changed-files.ts';
import { fileChanges } from '../../../src/core/patch/edits.ts';
import { createRandom } from '../../../src/core/run/random.ts';
import { SandboxError } from '../../../src/core/schema/errors.ts';
import { readStdout } from '../../../src/world/sandbox/shell/attach-stream.ts';
import { LineTooLongError, SentinelScanner } from '../../../src/world/sandbox/shell/sentinel-scanner.ts';
import { checkTar } from '../../../src/world/sandbox/testbed/tar.ts';
import { paxHeader, tarHeader } from '../../support/tar.ts';

const MIB = 1024 * 1024;
const SIZE = 8 * MIB;
const CHUNK = 32 * 1024;

/** Of CPU, since the machine may be busy with other work. @unit milliseconds */
const WITHIN_MS = 1000;

const chunksOf = (bytes: Buffer): Buffer[] =>
  Array.from({ length: Math.ceil(bytes.length / CHUNK) }, (_, index) =>
    bytes.subarray(index * CHUNK, (index + 1) * CHUNK),
  );

const scan = (bytes: Buffer): void => {
  const scanner = new SentinelScanner();
  for (const mark of ['MARK', 'aaaab', 'END']) void scanner.expectLine(mark);
  for (const chunk of chunksOf(bytes)) scanner.push(chunk);
  scanner.flush();
};

const PARSERS: Record<string, (bytes: Buffer) => unknown> = {
  checkTar: (bytes) => checkTar(bytes, { bytes: 256 * MIB, entries: 100_000 }),
  changedFiles: (bytes) => changedFiles(bytes.toString()),
  parsePatch: (bytes) => fileChanges(bytes.toString()),
  SentinelScanner: scan,
  readStdout: (bytes) => {
    const stream = new PassThrough();
    readStdout(stream, () => undefined);
    for (const chunk of chunksOf(bytes)) stream.emit('data', chunk);
  },
};

const REFUSALS: Partial<Record<keyof typeof PARSERS, new (...args: never[]) => Error>> = {
  checkTar: SandboxError,
  SentinelScanner: LineTooLongError,
};

function parse(name: string, bytes: Buffer): void {
  try {
    PARSERS[name]!(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(REFUSALS[name]);
  }
}

function cpuMsOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const repeat = (unit: string | Buffer, front = '', end = ''): Buffer => {
  const body = Buffer.alloc(SIZE - front.length - end.length, unit);
  return Buffer.concat([Buffer.from(front), body, Buffer.from(end)]);
};

const frame = (length: number): Buffer => {
  const header = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(length, 4);
  return Buffer.concat([header, Buffer.alloc(length, 'x')]);
};

/** One entry with this path. */
const deep = (path: string): Buffer => Buffer.concat([paxHeader(`path=${path}`), tarHeader('a')]);
/** One pax header of these records. */
const records = (unit: string): Buffer =>
  Buffer.concat([tarHeader('x', { type: 'x', size: SIZE - 1024 }), Buffer.alloc(SIZE, unit)]);

type Inputs = Record<string, () => Buffer>;

const ANY: Inputs = {
  'one letter': () => repeat('a'),
  spaces: () => repeat(' '),
  'line ends': () => repeat('\n'),
  zeros: () => Buffer.alloc(SIZE),
};

const MARKS: Inputs = {
  'almost a mark': () => repeat('aaaa'),
  marks: () => repeat('MARK END aaaab \n'),
  'a line without an end': () => repeat('a', 'MARK '),
};

const DIFFS: Inputs = {
  'one header that names itself again and again': () => repeat(' b/a', 'diff --git a/a', '\rx'),
  headers: () => repeat('diff --git a/a b/a\n'),
  'headers without a second side': () => repeat('diff --git a/a'),
  sides: () => repeat('--- a/x\n+++ b/x\n'),
  'first sides': () => repeat('--- '),
  hunks: () =>
    repeat(
      '@@ -1 +1 @@ def function():\n-a line of code\n+another line of code\nnoise\n',
      'diff --git a/a b/a\n--- a/a\n+++ b/a\n',
    ),
  'hunks that ask for more': () => repeat('@@ -1,9999999 +1,9999999 @@\n', 'diff --git a/a b/a\n'),
  ranges: () => repeat('@@ -1', 'diff --git a/a b/a\n'),
  'added lines': () => repeat('+a line of code\n', 'diff --git a/a b/a\n@@ -0,0 +1,9999999 @@\n'),
  'quoted bytes': () => repeat('\\"\\303', 'diff --git "a/', '" "b/x"\n'),
};

const FRAMES: Inputs = {
  'empty frames': () => repeat(frame(0)),
  'frames of a byte': () => repeat(frame(1)),
  'a frame that never ends': () => repeat(Buffer.from([1, 0, 0, 0, 255, 255, 255, 255])),
};

const TARS: Inputs = {
  'empty files': () => repeat(tarHeader('file')),
  symlinks: () => repeat(tarHeader('link', { type: '2', link: 'x' })),
  'pax headers': () => repeat(paxHeader('comment=x')),
  'a deep path': () => deep('a/'.repeat(SIZE / 2 - 1000)),
  'deep paths': () => repeat(Buffer.concat([tarHeader('s', { type: '2' }), deep('a/'.repeat(2000))])),
  'a long path': () => deep('a'.repeat(SIZE - 2000)),
  'a pax header of many records': () => records('9 a=bcde\n'),
  'a pax header without `=`': () => records('9 abcdef\n'),
};

const INPUTS: Record<keyof typeof PARSERS, Inputs> = {
  checkTar: TARS,
  changedFiles: DIFFS,
  parsePatch: DIFFS,
  SentinelScanner: MARKS,
  readStdout: FRAMES,
};

describe.each(Object.entries(INPUTS))('%s', (parser, own) => {
  const inputs = { ...ANY, ...own };

  test.each(Object.entries(inputs))('reads 8 MiB of %s within a second', (_, make) => {
    const bytes = make();
    expect(cpuMsOf(() => parse(parser, bytes))).toBeLessThan(WITHIN_MS);
  });

  test('reads what is random, and what is put together at random, and throws nothing but a refusal', () => {
    const random = createRandom(parser);
    const int = (below: number): number => Math.floor(random() * below);
    const units = Object.values(inputs).map((make) => make().subarray(0, 2048));
    for (let round = 0; round < 60; round++) {
      const parts = Array.from({ length: 40 }, () => {
        const unit = units[int(units.length)]!;
        const from = int(4) * 512;
        return unit.subarray(from, from + 1 + int(1024));
      });
      const noise = Buffer.from(Array.from({ length: 512 }, () => int(256)));
      const bytes = Buffer.concat(round % 4 === 0 ? [noise, ...parts] : parts);
      expect(cpuMsOf(() => parse(parser, bytes))).toBeLessThan(WITHIN_MS);
    }
  });
});
