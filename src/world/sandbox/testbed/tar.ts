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
const NEWLINE = 0x0a;

/** Linux takes no longer path, and no parser of ours works on one for longer than it has characters. */
const MAX_PATH = 4096;
const SHOWN = 200;

/** Throws a `SandboxError` that names the entry. */
export function checkTar(tar: Buffer, limits: TarLimits): void {
  const symlinks = new PathSet();
  const written = new Set<string>();
  let [bytes, entries] = [0, 0];
  for (const { name, link, type, size } of readEntries(tar)) {
    const refuse = (reason: string): never => {
      throw new SandboxError(`tar: ${JSON.stringify(name.slice(0, SHOWN))} ${reason}. Nothing was unpacked.`);
    };
    if (![...FILES, HARD_LINK, SYMLINK, FOLDER].includes(type))
      refuse(`is of type ${JSON.stringify(type)}: no device, pipe or sparse file may be in it`);
    if (name.length > MAX_PATH || link.length > MAX_PATH) refuse(`has a path of more than ${MAX_PATH} characters`);
    if (isOutside(name)) refuse('is an absolute path or has a `..`');
    // Some parsers skip what such an entry says it holds, others read the next header there.
    if (!FILES.includes(type) && size > 0) refuse(`is no file and says it has ${size} bytes`);
    const path = posix.normalize(name).replace(/\/$/, '');
    const symlink = symlinks.prefixOf(path);
    if (symlink !== undefined && symlink !== path)
      refuse(`would be written through the symlink ${JSON.stringify(symlink)}`);
    if (symlink === path && type !== SYMLINK) refuse('would be written through a symlink of that name');
    if (type === HARD_LINK && (isOutside(link) || !written.has(posix.normalize(link))))
      refuse(`is a hard link to ${JSON.stringify(link.slice(0, SHOWN))}, which is not a file of the archive`);
    if (type === SYMLINK) symlinks.add(path);
    else if (type !== FOLDER) written.add(path);
    bytes += size;
    if (++entries > limits.entries) refuse(`is one of more than ${limits.entries} entries`);
    if (bytes > limits.bytes) refuse(`makes it more than ${limits.bytes} bytes`);
  }
}

const isOutside = (path: string): boolean =>
  path.startsWith('/') || path.split('/').includes('..') || path.includes('\0');

type PathNode = Map<string, PathNode> & { isEnd?: boolean };

/** Paths by their parts: a look-up costs as much as the path is long, however deep it is. */
class PathSet {
  readonly #root: PathNode = new Map();

  add(path: string): void {
    let node = this.#root;
    for (const part of path.split('/')) {
      const next: PathNode = node.get(part) ?? new Map();
      node.set(part, next);
      node = next;
    }
    node.isEnd = true;
  }

  /** The member that `path` is, or is below. */
  prefixOf(path: string): string | undefined {
    let node: PathNode | undefined = this.#root;
    const parts = path.split('/');
    for (let depth = 0; depth < parts.length; depth++) {
      node = node.get(parts[depth]!);
      if (node === undefined) return undefined;
      if (node.isEnd) return parts.slice(0, depth + 1).join('/');
    }
    return undefined;
  }
}

interface Entry {
  name: string;
  link: string;
  type: string;
  /** @unit bytes */
  size: number;
}

/** What an archive holds, as every parser that we know reads it: what they would read differently is a `SandboxError`. */
export function* readEntries(tar: Buffer): Generator<Entry> {
  let said: Partial<Entry> = {};
  let extensions = '';
  for (let at = 0; at + BLOCK <= tar.length; ) {
    const header = tar.subarray(at, at + BLOCK);
    if (isZero(header)) return checkEnd(tar.subarray(at));
    const { type, size: inHeader, ...plain } = readHeader(header);
    const isExtension = [PAX, LONG_NAME, LONG_LINK].includes(type);
    // What a pax header says is of the entry itself, not of another header before it.
    const size = isExtension ? inHeader : (said.size ?? inHeader);
    const start = at + BLOCK;
    if (start + size > tar.length) throw new SandboxError('tar: ends in the middle of an entry. Nothing was unpacked.');
    const body = tar.subarray(start, start + size);
    at = start + Math.ceil(size / BLOCK) * BLOCK;
    if (isExtension) {
      // Which of two would hold depends on who unpacks it.
      if (extensions.includes(type) || extensions.includes(PAX) || (type === PAX && extensions !== ''))
        throw new SandboxError('tar: an entry has several extended headers. Nothing was unpacked.');
      extensions += type;
      said = { ...said, ...readExtension(type, body) };
    } else {
      yield { ...plain, type, ...said, size };
      [said, extensions] = [{}, ''];
    }
  }
}

/** busybox reads on after a block of zeros: what came then would not be what was checked. */
function checkEnd(rest: Buffer): void {
  if (!isZero(rest)) throw new SandboxError('tar: goes on after its end. Nothing was unpacked.');
}

function isZero(bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length; at++) if (bytes[at] !== 0) return false;
  return true;
}

function readHeader(header: Buffer): Entry {
  let sum = 0;
  for (let at = 0; at < BLOCK; at++) sum += at >= 148 && at < 156 ? 32 : header[at]!;
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

function readExtension(type: string, body: Buffer): Partial<Entry> {
  if (type === PAX) return readPax(body);
  return type === LONG_NAME ? { name: text(body) } : { link: text(body) };
}

/** Records of `<length> <key>=<value>\n`; a later one of the same key holds. */
function readPax(body: Buffer): Partial<Entry> {
  const said: Partial<Entry> = {};
  for (let at = 0; at < body.length; ) {
    const [front, digits] = /^([1-9]\d{0,9}) /.exec(body.subarray(at, at + 11).toString('latin1')) ?? [];
    const end = at + Number(digits);
    const equals = body.indexOf('=', at);
    if (front === undefined || equals < 0 || equals >= end || end > body.length || body[end - 1] !== NEWLINE)
      throw new SandboxError('tar: a pax header is not one. Nothing was unpacked.');
    const key = body.subarray(at + front.length, equals).toString('utf8');
    const value = body.subarray(equals + 1, end - 1).toString('utf8');
    if (/^GNU\.sparse\./.test(key)) throw new SandboxError('tar: holds a sparse file. Nothing was unpacked.');
    if (key === 'path') said.name = value;
    if (key === 'linkpath') said.link = value;
    if (key === 'size') said.size = readSize(value);
    at = end;
  }
  return said;
}

function readSize(value: string): number {
  const size = Number(value);
  if (/^\d+$/.test(value) && Number.isSafeInteger(size)) return size;
  throw new SandboxError(
    `tar: a pax header gives the size ${JSON.stringify(value.slice(0, SHOWN))}. Nothing was unpacked.`,
  );
}

const octal = (field: Buffer): number => Number.parseInt(field.toString('latin1').replace(/[\0 ].*$/s, '') || '0', 8);

const text = (field: Buffer): string => {
  const end = field.indexOf(0);
  return field.subarray(0, end < 0 ? field.length : end).toString('utf8');
};
