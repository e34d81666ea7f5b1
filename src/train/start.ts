// Where a run starts from: a student's folder, or a new student whose tokenizer is learnt from the data.
import { ConfigError } from '../schema/errors.ts';
import type { StudentFiles } from '../student/files.ts';
import { initStudent } from '../student/init.ts';
import { readStudent } from '../student/student.ts';
import type { TrainOptions } from './options.ts';
import { readStepInstances } from './steps.ts';

export async function startingStudent(options: TrainOptions): Promise<StudentFiles> {
  const { student, init, tokenizerFrom, steps, vocabulary, context, seed } = options;
  if (student !== undefined && init === undefined) return readStudent(student);
  if (student !== undefined || init === undefined)
    throw new ConfigError('Give either --student FOLDER to start from, or --init SIZE for a new student.');
  const instances = await readStepInstances(tokenizerFrom === undefined ? steps : [tokenizerFrom]);
  const texts = instances.flatMap(({ prompt, thought, action }) => [
    ...prompt.map(({ role, content }) => `${role}\n${content}\n`),
    `assistant\n${thought}\n${action}`,
  ]);
  return initStudent(texts, { size: init, vocabularySize: vocabulary, contextLength: context, seed });
}
