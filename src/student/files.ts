// A student folder on disk, in Hugging Face form: config.json, model.safetensors (or shards), tokenizer files. Written whole: into a
// folder beside it, then renamed.
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ConfigError } from '../schema/errors.ts';
import { type Qwen2Config, renderQwen2Config } from './config.ts';
import { type Layout, parameterLayout } from './parameters.ts';
import { type NamedArray, parseSafetensors, renderSafetensors } from './safetensors.ts';
import type { StudentTokenizer } from './tokenizer.ts';

/** The parameters as one flat vector, every tensor checked by name and shape. */
export async function readParameters(folder: string, config: Qwen2Config): Promise<Float32Array> {
  const arrays = await readTensors(folder);
  const layout = parameterLayout(config);
  const flat = new Float32Array(layout.size);
  for (const { name, shape, offset } of layout.parameters) {
    const array = arrays.get(name);
    if (array === undefined)
      throw new ConfigError(
        `${folder}: tensor ${name} is missing. The folder does not hold the whole model that its config.json tells of.`,
      );
    if (array.shape.join() !== shape.join())
      throw new ConfigError(`${folder}: tensor ${name} has shape [${array.shape}], config.json asks for [${shape}].`);
    flat.set(array.data, offset);
  }
  return flat;
}

async function readTensors(folder: string): Promise<Map<string, NamedArray>> {
  const index = await readFile(join(folder, 'model.safetensors.index.json'), 'utf8').catch(() => undefined);
  const map: Record<string, string> = index === undefined ? {} : JSON.parse(index).weight_map;
  const names = index === undefined ? ['model.safetensors'] : [...new Set(Object.values(map))];
  const tensors = new Map<string, NamedArray>();
  for (const name of names) {
    const path = join(folder, name);
    const bytes = await readFile(path).catch(() => {
      throw new ConfigError(`${path}: missing. A student folder needs its weights as safetensors.`);
    });
    for (const [tensor, array] of parseSafetensors(bytes, path)) tensors.set(tensor, array);
  }
  return tensors;
}

export interface StudentFiles {
  config: Qwen2Config;
  parameters: Float32Array;
  tokenizer: StudentTokenizer;
}

export async function writeStudent(
  folder: string,
  student: StudentFiles,
  dtype: 'F32' | 'BF16' = 'F32',
): Promise<void> {
  const { config, parameters, tokenizer } = student;
  const temporary = `${folder}.${process.pid}.tmp`;
  await mkdir(dirname(folder), { recursive: true });
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary);
  const settings = renderQwen2Config(config, { eos: tokenizer.stopTokens[0]!, pad: tokenizer.padToken });
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  await writeFile(join(temporary, 'config.json'), json(settings));
  await writeFile(
    join(temporary, 'generation_config.json'),
    json({ eos_token_id: tokenizer.stopTokens, pad_token_id: tokenizer.padToken, do_sample: false }),
  );
  for (const [name, content] of Object.entries(tokenizer.files)) await writeFile(join(temporary, name), content);
  await writeFile(
    join(temporary, 'model.safetensors'),
    renderSafetensors(namedArrays(parameterLayout(config), parameters), dtype),
  );
  await rm(folder, { recursive: true, force: true });
  await rename(temporary, folder);
}

function* namedArrays(layout: Layout, flat: Float32Array): Generator<[string, NamedArray]> {
  for (const { name, shape, offset, size } of layout.parameters)
    yield [name, { shape, data: flat.subarray(offset, offset + size) }];
}
