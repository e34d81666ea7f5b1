// The engine's frames, cut anywhere.
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { readStdout } from '../../../../src/world/sandbox/shell/attach-stream.ts';

const frame = (stream: number, text: string): Buffer => {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
};

test.each([1, 3, 8, 9, 1000])('stdout is given, stderr dropped, in chunks of %i bytes', async (size) => {
  const bytes = Buffer.concat([frame(1, 'one '), frame(2, 'hidden'), frame(1, ''), frame(1, 'two'.repeat(50))]);
  const stream = new PassThrough();
  let text = '';
  readStdout(stream, (part) => {
    text += part.toString();
  });
  for (let at = 0; at < bytes.length; at += size) stream.write(bytes.subarray(at, at + size));
  stream.end();
  await new Promise((resolve) => stream.once('end', resolve));
  expect(text).toBe(`one ${'two'.repeat(50)}`);
});
