// Where a run starts from: a student's folder, or a new student whose tokenizer is learnt from the data; with LoRA, an adapter on it.
import { resolve } from 'node:path';
import { createRandom } from '../run/random.ts';
import { ConfigError } from '../schema/errors.ts';
import { mergedStudent, type StudentFiles } from '../student/files.ts';
import { initStudent, type SizeName } from '../student/init.ts';
import { initialAdapter } from '../student/lora.ts';
import { adapterBase } from '../student/peft.ts';
import { readAdapted, readStudent } from '../student/student.ts';
import type { TrainOptions } from './options.ts';
import { readStepInstances } from './steps.ts';

export async function startingStudent(options: TrainOptions): Promise<StudentFiles> {
  const { student, init, loraR, loraAdapter } = options;
  if (loraR !== undefined || loraAdapter !== undefined) return adaptedStudent(options);
  if (student !== undefined && init === undefined) return mergedStudent(await readStudent(student));
  if (student !== undefined || init === undefined)
    throw new ConfigError('Give either --student FOLDER to start from, or --init SIZE for a new student.');
  return newStudent(options, init);
}

/** The adapter of a folder, or a new one, on a student that stays as it is. */
async function adaptedStudent(options: TrainOptions): Promise<StudentFiles> {
  const { student, init, loraR: r, loraAlpha, loraTargets: targets, loraAdapter, seed } = options;
  if (init !== undefined || (student === undefined && loraAdapter === undefined))
    throw new ConfigError('An adapter is for a student that is there: give --student FOLDER.');
  if (loraAdapter !== undefined) {
    const base = student ?? (await adapterBase(loraAdapter));
    if (base === undefined)
      throw new ConfigError(`--lora-adapter ${loraAdapter}: there is no adapter_config.json in it.`);
    return readAdapted(loraAdapter, resolve(base));
  }
  const folder = resolve(student!);
  if ((await adapterBase(folder)) !== undefined)
    throw new ConfigError(
      `--student ${student}: it is an adapter. Go on from it with --lora-adapter, or take what it was merged into.`,
    );
  const base = await readStudent(folder);
  const lora = { r: r!, alpha: loraAlpha ?? 2 * r!, targets };
  const parameters = initialAdapter(base.config, lora, createRandom(`lora/${seed}`));
  return { ...base, adapter: { lora, parameters, base: folder } };
}

async function newStudent(options: TrainOptions, init: SizeName): Promise<StudentFiles> {
  const { tokenizerFrom, steps, vocabulary, context, seed } = options;
  const instances = await readStepInstances(tokenizerFrom === undefined ? steps : [tokenizerFrom]);
  const texts = instances.flatMap(({ prompt, thought, action }) => [
    ...prompt.map(({ role, content }) => `${role}\n${content}\n`),
    `assistant\n${thought}\n${action}`,
  ]);
  return initStudent(texts, { size: init, vocabularySize: vocabulary, contextLength: context, seed });
}
