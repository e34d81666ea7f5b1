// The parameters of a student folder: one model.safetensors, or shards that model.safetensors.index.json names.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { freemem } from 'node:os';
import { join } from 'node:path';
import { ConfigError, messageOf } from '../../../core/schema/errors.ts';
import { type Parameter, parameterLayout } from '../decoder/layout.ts';
import type { DecoderConfig } from './config.ts';
import { openSafetensors, type SafetensorsFile } from './safetensors.ts';

const INDEX = 'model.safetensors.index.json';

/** As one flat vector, every tensor checked by name and shape. */
export async function readParameters(folder: string, config: DecoderConfig): Promise<Float32Array> {
  const { size } = parameterLayout(config);
  requireMemory(folder, size);
  const flat = new Float32Array(size);
  await visitParameters(folder, config, (file, { name, offset, size }) =>
    file.read(name, flat.subarray(offset, offset + size)),
  );
  return flat;
}

/** An allocation that fails does not say what it was for. */
function requireMemory(folder: string, parameters: number): void {
  const free = process.availableMemory?.() ?? freemem();
  if (4 * parameters <= free) return;
  const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1);
  throw new ConfigError(
    `${folder}: the student does not fit: its ${Math.round(parameters / 1e6)} million parameters take ${gigabytes(4 * parameters)} GB of memory, and ${gigabytes(free)} GB are free. Take one of at most ${Math.floor(free / 4e6)} million, or a larger machine.`,
  );
}

/** Throws where one is missing, cut short or of another shape; reads no values. */
export const checkParameters = (folder: string, config: DecoderConfig): Promise<void> =>
  visitParameters(folder, config, async () => undefined);

/** One shard is open at a time. */
async function visitParameters(
  folder: string,
  config: DecoderConfig,
  visit: (file: SafetensorsFile, parameter: Parameter) => Promise<void>,
): Promise<void> {
  const { parameters } = parameterLayout(config);
  const shardOf = await readShardIndex(folder);
  const shards = [...new Set(parameters.map(({ name }) => shardOf(name)))];
  const missing = shards.filter((shard) => !existsSync(join(folder, shard)));
  if (shards.length > 1 && missing.length > 0)
    throw new ConfigError(
      `${join(folder, missing[0]!)}: missing. Of the ${shards.length} files that ${INDEX} names, ${shards.length - missing.length} are there: copy or download the others.`,
    );
  for (const shard of shards) {
    await using file = await openSafetensors(join(folder, shard));
    for (const parameter of parameters.filter(({ name }) => shardOf(name) === shard)) {
      const found = file.shapes.get(parameter.name);
      if (found === undefined) throw missingTensor(folder, parameter.name);
      if (found.join() !== parameter.shape.join())
        throw new ConfigError(
          `${folder}: tensor ${parameter.name} has shape [${found}], config.json asks for [${parameter.shape}].`,
        );
      await visit(file, parameter);
    }
  }
}

const missingTensor = (folder: string, name: string): ConfigError =>
  new ConfigError(
    `${folder}: tensor ${name} is missing. The folder does not hold the whole model that its config.json tells of.`,
  );

/** The names of the files that hold the weights. */
export const weightFiles = async (folder: string): Promise<string[]> => [
  ...new Set(Object.values((await readIndex(folder)) ?? { all: 'model.safetensors' })),
];

/** Which file holds a tensor. */
async function readShardIndex(folder: string): Promise<(tensor: string) => string> {
  const files = await readIndex(folder);
  if (files === undefined) return () => 'model.safetensors';
  return (tensor) => {
    const file = files[tensor];
    if (file === undefined) throw missingTensor(folder, tensor);
    return file;
  };
}

/** Undefined where there is none: then one file holds all. */
async function readIndex(folder: string): Promise<Record<string, string> | undefined> {
  const path = join(folder, INDEX);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text).weight_map ?? {};
  } catch (error) {
    throw new ConfigError(`${path}: not JSON (${messageOf(error)}).`);
  }
}
