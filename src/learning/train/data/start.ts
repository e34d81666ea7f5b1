// Where a run starts from: a student's folder, or a new student whose tokenizer is learnt from the data; with LoRA, an adapter on it.
import { resolve } from 'node:path';
import { createRandom } from '../../../core/run/random.ts';
import { ConfigError } from '../../../core/schema/errors.ts';
import { mergedStudent, type StudentFiles } from '../../student/checkpoint/files.ts';
import { adapterBase, readAdapter } from '../../student/checkpoint/peft.ts';
import { initStudent } from '../../student/decoder/init.ts';
import { initialAdapter, type Lora } from '../../student/decoder/lora.ts';
import type { SizeName } from '../../student/decoder/sizes.ts';
import { readAdapted, readShape, readStudent } from '../../student/student.ts';
import type { TrainOptions } from '../options/options.ts';
import { readStepInstances } from './steps.ts';

/** What is known before any weights are read, and how to read them. */
export interface Start extends Pick<StudentFiles, 'config' | 'tokenizer'> {
  lora: Lora | undefined;
  open(): Promise<StudentFiles>;
}

export async function findStart(options: TrainOptions): Promise<Start> {
  const { student, init, loraR: r, loraAlpha, loraTargets: targets, loraAdapter, seed } = options;
  const adapts = r !== undefined || loraAdapter !== undefined;
  if (init !== undefined && student === undefined && !adapts) {
    const made = await newStudent(options, init);
    return { ...made, lora: undefined, open: async () => made };
  }
  const base = resolve(await baseFolder(options));
  const shape = await readShape(base);
  if (loraAdapter !== undefined) {
    const { lora } = await readAdapter(loraAdapter, shape.config);
    return { ...shape, lora, open: () => readAdapted(loraAdapter, base) };
  }
  if (r === undefined)
    return { ...shape, lora: undefined, open: async () => mergedStudent(await readStudent(student!)) };
  const lora = { r, alpha: loraAlpha ?? 2 * r, targets };
  const open = async (): Promise<StudentFiles> => {
    const parameters = initialAdapter(shape.config, lora, createRandom(`lora/${seed}`));
    return { ...(await readStudent(base)), adapter: { lora, parameters, base } };
  };
  return { ...shape, lora, open };
}

/** The plain student folder that a run is about. */
async function baseFolder({ student, init, loraR, loraAdapter }: TrainOptions): Promise<string> {
  const adapts = loraR !== undefined || loraAdapter !== undefined;
  const named = student ?? loraAdapter;
  if (named === undefined || init !== undefined)
    throw new ConfigError(
      adapts
        ? 'An adapter is for a student that is there: give --student FOLDER.'
        : 'Give either --student FOLDER to start from, or --init SIZE for a new student.',
    );
  const base = await adapterBase(named);
  if (student === undefined && base === undefined)
    throw new ConfigError(`--lora-adapter ${named}: there is no adapter_config.json in it.`);
  if (student !== undefined && base !== undefined && adapts)
    throw new ConfigError(
      `--student ${student}: it is an adapter. Go on from it with --lora-adapter, or take what it was merged into.`,
    );
  return base ?? named;
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
