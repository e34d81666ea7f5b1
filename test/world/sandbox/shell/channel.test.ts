// What a hostile process writes into its channel costs that channel, and nothing else.
import { Duplex } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { SandboxError } from '../../../../src/core/schema/errors.ts';
import { Channel } from '../../../../src/world/sandbox/shell/channel.ts';

/** A connection to the engine of which the other end is the test: `said` is what went there. */
function connection() {
  let said = '';
  const stream = new Duplex({
    read: () => undefined,
    write: (bytes: Buffer, _, done) => {
      said += bytes.toString();
      done();
    },
  });
  const answer = (bytes: string | Buffer): void => {
    const header = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]);
    header.writeUInt32BE(Buffer.byteLength(bytes), 4);
    stream.push(Buffer.concat([header, Buffer.from(bytes)]));
  };
  return { stream, channel: new Channel(stream), answer, said: () => said };
}

describe('a line that does not end', () => {
  test.each([
    ['at once', [`${'a'.repeat(300)}\n`]],
    ['in many pieces', Array.from({ length: 100 }, () => 'abc')],
  ])('loses the channel when it comes %s', async (_, pieces) => {
    const { channel, answer, said } = connection();
    const line = channel.ask((sentinel) => sentinel);
    answer(`${said()} `);
    for (const piece of pieces) answer(piece);
    expect(await line).toBe('lost');
    expect(channel).toMatchObject({ lost: true, abandoned: true, error: undefined });
  });

  test('is held up from then on: no more of it is taken in than the stream holds itself', async () => {
    const { channel, answer, said, stream } = connection();
    const line = channel.ask((sentinel) => sentinel);
    answer(`${said()} `);
    answer('a'.repeat(300));
    await line;
    answer(Buffer.alloc(1_000_000));
    await new Promise(setImmediate);
    expect(stream.isPaused()).toBe(true);
    stream.destroy();
  });
});

test('a line of 256 bytes is an answer', async () => {
  const { channel, answer, said } = connection();
  const line = channel.ask((sentinel) => sentinel);
  answer(`${said()} ${'a'.repeat(256)}\n`);
  expect(await line).toBe('a'.repeat(256));
});

test('a sink that throws loses the channel, which says why', async () => {
  const { channel, answer } = connection();
  void channel.scanner.expect('MARK', () => {
    throw new RangeError('Invalid string length');
  });
  answer('something that goes to the sink');
  expect(await channel.closed).toBe('lost');
  expect(channel.error).toBeInstanceOf(SandboxError);
  expect(channel.error?.message).toContain('Invalid string length');
});

test('a sink that throws for the bytes which were held back does not throw out of close', () => {
  const { channel, answer, stream } = connection();
  void channel.scanner.expect('MARK', () => {
    throw new Error('full');
  });
  answer('MA');
  stream.read();
  expect(() => channel.close()).not.toThrow();
});
