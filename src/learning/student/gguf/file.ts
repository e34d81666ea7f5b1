// A GGUF file: its header, read by @huggingface/gguf, and its tensors as float32, a run of blocks at a time.
import { open } from 'node:fs/promises';
import { GGMLQuantizationType, gguf } from '@huggingface/gguf';
import { ConfigError, messageOf } from '../../../core/schema/errors.ts';
import { readExactly } from '../checkpoint/read-exactly.ts';
import { type BlockType, blockTypes } from './blocks.ts';

export interface GgufTensor {
  /** As Hugging Face has it: rows first. */
  shape: number[];
  size: number;
  /** ggml's name of its type. */
  type: string;
}

export interface GgufFile extends AsyncDisposable {
  readonly path: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly tensors: ReadonlyMap<string, GgufTensor>;
  /** Numbers of a tensor from `from` on, which is a multiple of its row's length, into a vector of as many as are wanted. */
  read(name: string, into: Float32Array, from?: number): Promise<void>;
}

interface Placed extends GgufTensor {
  block: BlockType;
  /** First byte in the file. */
  start: number;
}

/** Bytes that are read at once; about so many. */
const CHUNK = 1 << 24;

export async function openGguf(path: string): Promise<GgufFile> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw new ConfigError(`${path}: cannot be read (${error.code}). Give a GGUF file.`);
  });
  try {
    const { size } = await file.stat();
    const { metadata, tensors } = await readHeader(path, size);
    return {
      path,
      metadata,
      tensors,
      async read(name, into, from = 0) {
        const { block, start } = tensors.get(name)!;
        const chunk = Math.max(1, Math.floor(CHUNK / block.bytes)) * block.numbers;
        for (let at = 0; at < into.length; at += chunk) {
          const blocks = Math.min(chunk, into.length - at) / block.numbers;
          const position = start + ((from + at) / block.numbers) * block.bytes;
          const bytes = await readExactly(file, position, blocks * block.bytes);
          const view = new DataView(bytes.buffer);
          for (let i = 0; i < blocks; i++) block.decode(view, i * block.bytes, into, at + i * block.numbers);
        }
      },
      [Symbol.asyncDispose]: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** The metadata and the tensors, checked against the file's length and the types that can be read. */
async function readHeader(path: string, size: number) {
  const cut = (found: string): ConfigError =>
    new ConfigError(`${path}: the GGUF file is cut short (${found}). Copy or download it again.`);
  const header = await gguf(path, { allowLocalFile: true }).catch((error: unknown) => {
    if (/magic number/.test(messageOf(error))) throw new ConfigError(`${path}: not a GGUF file.`);
    if (error instanceof RangeError) throw cut('its header does not end');
    throw new ConfigError(`${path}: not a GGUF file that can be read (${messageOf(error)}).`);
  });
  // The reader takes what is missing for zeros.
  if (header.tensorInfoByteRange[1] > size) throw cut('its header does not end');
  if (!header.littleEndian) throw new ConfigError(`${path}: big-endian GGUF files cannot be read.`);
  const tensors = new Map<string, Placed>();
  for (const { name, shape, dtype, offset } of header.tensorInfos) {
    const type = GGMLQuantizationType[dtype] ?? `number ${dtype}`;
    const block = Object.hasOwn(blockTypes, type) ? blockTypes[type]! : undefined;
    if (block === undefined)
      throw new ConfigError(
        `${path}: tensor ${name} has type ${type}. Types that can be read: ${Object.keys(blockTypes).join(', ')}.`,
      );
    const rows = shape.map(Number).reverse();
    const numbers = rows.reduce((product, axis) => product * axis, 1);
    if (rows.at(-1)! % block.numbers !== 0)
      throw new ConfigError(
        `${path}: tensor ${name} has rows of ${rows.at(-1)} numbers, and blocks of ${block.numbers}.`,
      );
    const start = Number(header.tensorDataOffset + offset);
    const end = start + (numbers / block.numbers) * block.bytes;
    if (end > size) throw cut(`tensor ${name} ends at byte ${end} of ${size}`);
    tensors.set(name, { shape: rows, size: numbers, type, block, start });
  }
  return { metadata: header.metadata as Record<string, unknown>, tensors };
}
