// A student folder on disk, in Hugging Face form: config.json, model.safetensors (or shards), tokenizer files; or an adapter of one (peft.ts).
// Written whole: into a folder beside it, then renamed.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFolder } from '../../../core/run/folders.ts';
import { type Parameter, parameterLayout } from '../decoder/layout.ts';
import { type Adapter, mergeAdapter, mergedValues } from '../decoder/lora.ts';
import type { DecoderConfig } from './config.ts';
import { writeAdapter } from './peft.ts';
import { renderDecoderConfig } from './render-config.ts';
import { writeSafetensors } from './safetensors.ts';
import type { StudentTokenizer } from './tokenizer.ts';

export interface StudentFiles {
  config: DecoderConfig;
  parameters: Float32Array;
  tokenizer: StudentTokenizer;
  /** What is trained on top of the parameters, where those are frozen. */
  adapter?: Adapter | undefined;
}

/** The vector that training moves. */
export const trainedParameters = ({ parameters, adapter }: StudentFiles): Float32Array =>
  adapter?.parameters ?? parameters;

/** The student without its adapter: that is merged into the parameters. */
export const mergedStudent = ({ adapter, ...student }: StudentFiles): StudentFiles =>
  adapter === undefined
    ? student
    : { ...student, parameters: mergeAdapter(student.config, adapter, student.parameters) };

/** A student with an adapter is written as PEFT's folder of that, which names the folder of the rest. */
export const writeStudent = (folder: string, student: StudentFiles, dtype: 'F32' | 'BF16' = 'F32'): Promise<void> =>
  replaceFolder(folder, (fresh) => writeStudentInto(fresh, student, dtype));

/** The student without its adapter, which is merged tensor by tensor: a large model is not in memory once more. */
export const writeMerged = (folder: string, student: StudentFiles): Promise<void> =>
  replaceFolder(folder, async (fresh) => {
    await writeTokenizer(fresh, student);
    await writeModel(fresh, student, valuesOf(student));
  });

/** Into a folder that is there and that nobody reads yet. */
export async function writeStudentInto(folder: string, student: StudentFiles, dtype: 'F32' | 'BF16'): Promise<void> {
  await writeTokenizer(folder, student);
  if (student.adapter !== undefined) await writeAdapter(folder, student.config, student.adapter);
  else await writeModel(folder, student, valuesOf(student), dtype);
}

export async function writeTokenizer(folder: string, { tokenizer }: Pick<StudentFiles, 'tokenizer'>): Promise<void> {
  for (const [name, content] of Object.entries(tokenizer.files)) await writeFile(join(folder, name), content);
}

/** An adapter is merged into them. */
const valuesOf = ({ config, parameters, adapter }: StudentFiles): ((weight: Parameter) => Float32Array) =>
  adapter === undefined
    ? ({ offset, size }) => parameters.subarray(offset, offset + size)
    : mergedValues(config, adapter, parameters);

/** `valuesOf` is asked for one parameter at a time. */
export async function writeModel(
  folder: string,
  { config, tokenizer }: Pick<StudentFiles, 'config' | 'tokenizer'>,
  valuesOf: (weight: Parameter) => Float32Array | Promise<Float32Array>,
  dtype: 'F32' | 'BF16' = 'F32',
): Promise<void> {
  const settings = renderDecoderConfig(config, { eos: tokenizer.stopTokens[0], pad: tokenizer.padToken });
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  await writeFile(join(folder, 'config.json'), json(settings));
  await writeFile(
    join(folder, 'generation_config.json'),
    json({
      eos_token_id: tokenizer.stopTokens.length > 0 ? tokenizer.stopTokens : null,
      pad_token_id: tokenizer.padToken ?? null,
      do_sample: false,
    }),
  );
  await writeSafetensors(
    join(folder, 'model.safetensors'),
    parameterLayout(config).parameters.map((weight) => [
      weight.name,
      { shape: weight.shape, data: () => valuesOf(weight) },
    ]),
    dtype,
  );
}
