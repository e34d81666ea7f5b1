import { expect, test } from 'vitest';
import { delimited, double, float, message, varint } from '../../../../src/learning/train/record/protobuf.ts';
import { crc32c, tfRecord } from '../../../../src/learning/train/record/tf-record.ts';

test.each([
  ['32 bytes of zero', Buffer.alloc(32), 0x8a9136aa],
  ['32 bytes of 0xff', Buffer.alloc(32, 0xff), 0x62a8ab43],
  ['32 bytes that rise', Uint8Array.from({ length: 32 }, (_, n) => n), 0x46dd794e],
  ['the digits', Buffer.from('123456789'), 0xe3069283],
])('the CRC-32C of %s is that of RFC 3720', (_, bytes, checksum) => {
  expect(crc32c(bytes)).toBe(checksum);
});

test('a record of an event is what TensorBoard writes, to the byte', () => {
  const scalar = message(delimited(1, Buffer.from('loss')), float(2, 0.25));
  const event = message(double(1, 1.5), varint(2, 300), delimited(5, message(delimited(1, scalar))));
  expect(Buffer.from(tfRecord(event)).toString('hex')).toBe(
    '1b000000000000001a0d9e1309000000000000f83f10ac022a0d0a0b0a046c6f7373150000803e9908deed',
  );
});

test('a varint holds numbers beyond 32 bits', () => {
  expect([...varint(1, 2 ** 35 + 1)]).toEqual([8, 0x81, 0x80, 0x80, 0x80, 0x80, 1]);
});
