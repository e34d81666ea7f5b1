// A GGUF file as a student folder. One tensor at a time is in memory.
import type { Emit } from '../../../core/run/events.ts';
import { replaceFolder } from '../../../core/run/folders.ts';
import { ConfigError } from '../../../core/schema/errors.ts';
import type { DecoderConfig } from '../checkpoint/config.ts';
import { writeModel, writeTokenizer } from '../checkpoint/files.ts';
import { createTokenizer, requireTemplate } from '../checkpoint/tokenizer.ts';
import { type Parameter, parameterLayout } from '../decoder/layout.ts';
import { readGgufConfig } from './config.ts';
import { type GgufFile, openGguf } from './file.ts';
import { compareHead } from './head.ts';
import { deinterleave, EMBEDDING, ggufName, HEAD, interleavedHeads, ROPE_FACTORS } from './names.ts';
import { ggufTokenizerFiles } from './tokenizer.ts';

export async function importGguf(
  path: string,
  folder: string,
  { emit, signal }: { emit: Emit; signal?: AbortSignal | undefined },
): Promise<void> {
  await using file = await openGguf(path);
  const untied = await readGgufConfig(file);
  const head = await compareHead(file);
  if (head?.isEmbedding)
    emit({
      type: 'note',
      text: `${HEAD} is ${EMBEDDING} up to quantization (largest difference ${head.largest.toPrecision(1)}): the head is tied to the embedding`,
    });
  const config: DecoderConfig = { ...untied, tied: head === undefined || head.isEmbedding };
  const { parameters } = parameterLayout(config);
  requireTensors(file, config, parameters);
  const tokenizer = createTokenizer(ggufTokenizerFiles(file, config.vocabSize), path);
  requireTemplate(tokenizer);
  await replaceFolder(folder, async (fresh) => {
    await writeTokenizer(fresh, { tokenizer });
    let done = 0;
    await writeModel(fresh, { config, tokenizer }, async (parameter) => {
      signal?.throwIfAborted();
      const values = await readParameter(file, config, parameter);
      emit({ type: 'progress', done: ++done, total: parameters.length, text: 'tensors' });
      return values;
    });
  });
}

/** Every parameter of the model is in the file, in its shape, and nothing else is. */
function requireTensors({ path, tensors }: GgufFile, config: DecoderConfig, parameters: readonly Parameter[]): void {
  const unused = new Set(tensors.keys());
  for (const name of [ROPE_FACTORS, ...(config.tied ? [HEAD] : [])]) unused.delete(name);
  for (const { name, shape } of parameters) {
    const found = tensors.get(ggufName(name))?.shape;
    if (found === undefined)
      throw new ConfigError(`${path}: tensor ${ggufName(name)} is missing. The file does not hold a whole model.`);
    if (found.join() !== shape.join())
      throw new ConfigError(
        `${path}: tensor ${ggufName(name)} has shape [${found}], its metadata asks for [${shape}].`,
      );
    unused.delete(ggufName(name));
  }
  const [other] = unused;
  if (other !== undefined)
    throw new ConfigError(`${path}: tensor ${other} is none of a ${config.family} model that students can be.`);
}

async function readParameter(file: GgufFile, config: DecoderConfig, { name, size }: Parameter): Promise<Float32Array> {
  const values = new Float32Array(size);
  await file.read(ggufName(name), values);
  const heads = interleavedHeads(name, config);
  return heads === undefined ? values : deinterleave(values, heads, config.headSize);
}
