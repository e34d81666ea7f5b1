// Tar archives as no program would write them: headers one by one, with a sum that is right.
export interface Header {
  /** Default a file. */
  type?: string;
  link?: string;
  /** @unit bytes */
  size?: number;
}

/** 512 bytes of ustar. */
export function tarHeader(name: string, { type = '0', link = '', size = 0 }: Header = {}): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0, 100, 'latin1');
  header.write('0000644\x000000000\x000000000\0', 100, 'latin1');
  header.write(`${size.toString(8).padStart(11, '0')}\x0000000000000\0`, 124, 'latin1');
  header.write(' '.repeat(8) + type, 148, 'latin1');
  header.write(link, 157, 100, 'latin1');
  header.write('ustar\x0000', 257, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}

/** Padded to whole blocks. */
export function tarBody(content: string): Buffer {
  const body = Buffer.alloc(Math.ceil(content.length / 512) * 512);
  body.write(content, 'latin1');
  return body;
}

/** A pax header that says `record`s of the next entry. */
export function paxHeader(...records: readonly string[]): Buffer {
  const content = records.map(paxRecord).join('');
  return Buffer.concat([tarHeader('pax', { type: 'x', size: content.length }), tarBody(content)]);
}

/** Its length counts its own digits. */
function paxRecord(record: string): string {
  const rest = ` ${record}\n`;
  let length = rest.length;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return `${length}${rest}`;
}
