// Splitting a stream at expected sentinels, however it is cut into chunks.
import { describe, expect, test } from 'vitest';
import { LineTooLongError, SentinelScanner } from '../../../../src/world/sandbox/shell/sentinel-scanner.ts';

const collect = () => {
  const chunks: Buffer[] = [];
  return {
    sink: (bytes: Buffer) => void chunks.push(Buffer.from(bytes)),
    text: () => Buffer.concat(chunks).toString(),
  };
};

/** From memory that is overwritten at once, as the engine's connections are read. */
const feed = (scanner: SentinelScanner, text: string): void => {
  const chunk = Buffer.from(text);
  scanner.push(chunk);
  chunk.fill('#');
};

const STREAM = 'late noise START output with STAR and END1 END 42\nmore noise';

describe.each([1, 2, 3, 7, 1000])('in chunks of %i bytes', (size) => {
  test('bytes between sentinels reach the sink, bytes before and after are dropped', async () => {
    const scanner = new SentinelScanner();
    const output = collect();
    void scanner.expect('START');
    const code = scanner.expectLine('END', output.sink);
    for (let at = 0; at < STREAM.length; at += size) feed(scanner, STREAM.slice(at, at + size));
    expect(await code).toBe('42');
    expect(output.text()).toBe(' output with STAR and END1 ');
  });
});

test('bytes that could begin a sentinel are held back, and given up when nothing follows', () => {
  const scanner = new SentinelScanner();
  const output = collect();
  void scanner.expect('MARK', output.sink);
  feed(scanner, 'words MA');
  expect(output.text()).toBe('words');
  scanner.flush();
  expect(output.text()).toBe('words MA');
});

test('what was forgotten is not waited for', async () => {
  const scanner = new SentinelScanner();
  const output = collect();
  void scanner.expect('FIRST');
  scanner.forget();
  const second = scanner.expect('SECOND', output.sink);
  feed(scanner, 'a FIRST b SECOND');
  await second;
  expect(output.text()).toBe('a FIRST b ');
});

test('a line that whoever learned the mark never ends is given up', () => {
  const scanner = new SentinelScanner();
  void scanner.expectLine('END');
  feed(scanner, 'END ');
  expect(() => feed(scanner, 'a'.repeat(1000))).toThrow(LineTooLongError);
});
