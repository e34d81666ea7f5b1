// Whether a tar archive may be unpacked: what it would write stays below the folder it is unpacked in, is files, folders and links, and is
// no more than asked for. Read as GNU tar and bsdtar read it: ustar, with pax and GNU long names.
import { posix } from 'node:path';
import { SandboxError } from '../../../core/schema/errors.ts';

export interface TarLimits {
  bytes: number;
  entries: number;
}

const BLOCK = 512;
const FILES = '0\0';
const HARD_LINK = '1';
const SYMLINK = '2';
const FOLDER = '5';
/** Headers that say something of the entry after them. */
const PAX = 'x';
const LONG_NAME = 'L';
const LONG_LINK = 'K';

/** Throws a `SandboxError` that names the entry. */
export function checkTar(tar: Buffer, limits: TarLimits): void {
  const symlinks = new Set<string>();
  const written = new Set<string>();
  let [bytes, entries] = [0, 0];
  for (const { name, link, type, size } of readEntries(tar)) {
    const refuse = (why: string): never => {
      throw new SandboxError(`tar: ${JSON.stringify(name)} ${why}. Nothing was unpacked.`);
    };
    if (![...FILES, HARD_LINK, SYMLINK, FOLDER].includes(type))
      refuse(`is of type ${JSON.stringify(type)}: no device, pipe or sparse file may be in it`);
    if (isOutside(name)) refuse('is an absolute path or has a `..`');
    const path = posix.normalize(name).replace(/\/$/, '');
    for (let above = posix.dirname(path); above !== '.'; above = posix.dirname(above))
      if (symlinks.has(above)) refuse(`would be written through the symlink ${JSON.stringify(above)}`);
    if (symlinks.has(path) && type !== SYMLINK) refuse('would be written through a symlink of that name');
    if (type === HARD_LINK && (isOutside(link) || !written.has(posix.normalize(link))))
      refuse(`is a hard link to ${JSON.stringify(link)}, which is not a file of the archive`);
    if (type === SYMLINK) symlinks.add(path);
    else if (type !== FOLDER) written.add(path);
    bytes += size;
    if (++entries > limits.entries) refuse(`is one of more than ${limits.entries} entries`);
    if (bytes > limits.bytes) refuse(`makes it more than ${limits.bytes} bytes`);
  }
}

const isOutside = (path: string): boolean =>
  path.startsWith('/') || path.split('/').includes('..') || path.includes('\0');

interface Entry {
  name: string;
  link: string;
  type: string;
  size: number;
}

function* readEntries(tar: Buffer): Generator<Entry> {
  let said: Partial<Entry> = {};
  for (let at = 0; at + BLOCK <= tar.length; ) {
    const header = tar.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) return;
    const { type, size: inHeader, ...plain } = readHeader(header);
    const size = said.size ?? inHeader;
    const start = at + BLOCK;
    if (start + size > tar.length) throw new SandboxError('tar: ends in the middle of an entry. Nothing was unpacked.');
    const body = tar.subarray(start, start + size);
    at = start + Math.ceil(size / BLOCK) * BLOCK;
    if (type === PAX) said = { ...said, ...readPax(body) };
    else if (type === LONG_NAME) said = { ...said, name: text(body) };
    else if (type === LONG_LINK) said = { ...said, link: text(body) };
    else {
      yield { ...plain, type, ...said, size };
      said = {};
    }
  }
}

function readHeader(header: Buffer): Entry {
  const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 32 : byte), 0);
  const isUstar = header.subarray(257, 262).toString('latin1') === 'ustar';
  const digits = header
    .subarray(124, 136)
    .toString('latin1')
    .replace(/[\0 ]+$/, '')
    .trim();
  if (octal(header.subarray(148, 156)) !== sum || !/^[0-7]*$/.test(digits))
    throw new SandboxError('tar: a header is not one. Nothing was unpacked.');
  // GNU's own form keeps times where ustar keeps the front of a long name.
  const prefix = isUstar && header[262] === 0 ? text(header.subarray(345, 500)) : '';
  const name = text(header.subarray(0, 100));
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    link: text(header.subarray(157, 257)),
    type: String.fromCharCode(header[156]!),
    size: Number.parseInt(digits || '0', 8),
  };
}

/** Records of `<length> <key>=<value>\n`; a later one of the same key holds. */
function readPax(body: Buffer): Partial<Entry> {
  const said: Partial<Entry> = {};
  for (let at = 0; at < body.length; ) {
    const length = Number.parseInt(body.subarray(at, at + 20).toString('latin1'), 10);
    const record = body.subarray(at, at + length).toString('utf8');
    const [, key, value = ''] = /^\d+ ([^=]+)=([\s\S]*)\n$/.exec(record) ?? [];
    if (key === undefined) throw new SandboxError('tar: a pax header is not one. Nothing was unpacked.');
    if (/^GNU\.sparse\./.test(key)) throw new SandboxError('tar: holds a sparse file. Nothing was unpacked.');
    if (key === 'path') said.name = value;
    if (key === 'linkpath') said.link = value;
    if (key === 'size') said.size = Number(value);
    at += length;
  }
  return said;
}

const octal = (field: Buffer): number => Number.parseInt(field.toString('latin1').replace(/[\0 ].*$/s, '') || '0', 8);

const text = (field: Buffer): string => {
  const end = field.indexOf(0);
  return field.subarray(0, end < 0 ? field.length : end).toString('utf8');
};
