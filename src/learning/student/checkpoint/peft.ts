// Adapter folders in PEFT's form: adapter_config.json, and adapter_model.safetensors with PEFT's names of the tensors.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ConfigError, messageOf } from '../../../core/schema/errors.ts';
import { type Adapter, adapterLayout } from '../decoder/lora.ts';
import { type LoraTarget, loraTargets } from '../decoder/lora-targets.ts';
import type { DecoderConfig } from './config.ts';
import { openSafetensors, type SafetensorsFile, writeSafetensors } from './safetensors.ts';

/** PEFT's model around the causal language model around its own `model`. */
const PREFIX = 'base_model.model.';

/** What changes the mathematics is taken at one value only: a folder with another one is refused. */
const settingsSchema = z.object({
  peft_type: z.literal('LORA'),
  base_model_name_or_path: z.string(),
  r: z.number().int().positive(),
  lora_alpha: z.number(),
  bias: z.literal('none').default('none'),
  use_rslora: z.literal(false).default(false),
  use_dora: z.literal(false).default(false),
  fan_in_fan_out: z.literal(false).default(false),
  rank_pattern: z.strictObject({}).default({}),
  alpha_pattern: z.strictObject({}).default({}),
});

/** Whether the folder is an adapter, and of what model. */
export async function adapterBase(folder: string): Promise<string | undefined> {
  return (await readSettings(folder))?.base_model_name_or_path;
}

/** The adapter of a folder, every tensor checked by name and shape. */
export async function readAdapter(folder: string, config: DecoderConfig): Promise<Adapter> {
  const settings = await readSettings(folder);
  if (settings === undefined)
    throw new ConfigError(`${folder}/adapter_config.json: missing. An adapter is a folder as PEFT writes it.`);
  await using file = await openSafetensors(join(folder, 'adapter_model.safetensors'));
  const lora = { r: settings.r, alpha: settings.lora_alpha, targets: targetsIn(file) };
  const layout = adapterLayout(config, lora);
  const flat = new Float32Array(layout.size);
  const known = new Set(layout.parameters.map(({ name }) => PREFIX + name));
  const strange = [...file.shapes.keys()].find((name) => !known.has(name));
  if (strange !== undefined)
    throw new ConfigError(`${folder}: tensor ${strange} is none of an adapter of this model's linear layers.`);
  for (const { name, shape, offset, size } of layout.parameters) {
    const found = file.shapes.get(PREFIX + name);
    if (found?.join() !== shape.join())
      throw new ConfigError(
        `${folder}: tensor ${PREFIX}${name} ${found === undefined ? 'is missing' : `has shape [${found}]`}; on this model it is [${shape}].`,
      );
    await file.read(PREFIX + name, flat.subarray(offset, offset + size));
  }
  return { lora, parameters: flat, base: settings.base_model_name_or_path };
}

/** PEFT's `target_modules` may be a pattern; the tensors say what it came to. */
function targetsIn(file: SafetensorsFile): LoraTarget[] {
  const names = [...file.shapes.keys()];
  return loraTargets.filter((target) => names.some((name) => name.endsWith(`.${target}.lora_A.weight`)));
}

async function readSettings(folder: string): Promise<z.infer<typeof settingsSchema> | undefined> {
  const path = join(folder, 'adapter_config.json');
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new ConfigError(`${path}: not JSON (${messageOf(error)}).`);
  }
  const { data, error } = settingsSchema.safeParse(json);
  if (data !== undefined) return data;
  const { path: where, message } = error.issues[0]!;
  throw new ConfigError(`${path}: \`${where.join('.')}\` is not supported: ${message}.`);
}

/** Writes the adapter into a folder that is there. */
export async function writeAdapter(folder: string, config: DecoderConfig, adapter: Adapter): Promise<void> {
  const { lora, parameters, base } = adapter;
  const settings = {
    peft_type: 'LORA',
    task_type: 'CAUSAL_LM',
    base_model_name_or_path: base,
    r: lora.r,
    lora_alpha: lora.alpha,
    target_modules: lora.targets,
    lora_dropout: 0,
    bias: 'none',
    fan_in_fan_out: false,
    inference_mode: true,
  };
  await writeFile(join(folder, 'adapter_config.json'), `${JSON.stringify(settings, null, 2)}\n`);
  await writeSafetensors(
    join(folder, 'adapter_model.safetensors'),
    adapterLayout(config, lora).parameters.map(({ name, shape, offset, size }) => [
      PREFIX + name,
      { shape, data: parameters.subarray(offset, offset + size) },
    ]),
  );
}
