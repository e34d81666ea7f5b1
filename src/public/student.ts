/**
 * Small language models and their tokenizers. TensorFlow.js is loaded by the first student that is opened.
 *
 * @module stepwright/student
 */
import type { Model } from '../agents/model/model.ts';
import type { RunControl } from '../core/run/application.ts';
import type { Counter } from '../data/step/parallel/work.ts';
import type { BackendName } from '../learning/student/backend/names.ts';
import type { GenerationWorkerSettings } from '../learning/student/serve/generation-worker.ts';
import type { StudentModelOptions } from '../learning/student/serve/model.ts';
import type { ImportedStudent } from '../learning/student/source/import.ts';
import type { ImportStudentOptions } from '../learning/student/source/options.ts';
import type { Student } from '../learning/student/student.ts';

export type { Model, ModelFactory, QueryOptions, Reply } from '../agents/model/model.ts';
export type { Counter } from '../data/step/parallel/work.ts';
export { type BackendName, backendNames } from '../learning/student/backend/names.ts';
export type { DecoderConfig } from '../learning/student/checkpoint/config.ts';
export type { StudentTokenizer } from '../learning/student/checkpoint/tokenizer.ts';
export type { RopeScaling } from '../learning/student/decoder/rotary-frequencies.ts';
export type { Answer } from '../learning/student/generate/generate.ts';
export type { SamplingOptions } from '../learning/student/generate/sampling.ts';
export type { AnswerSettings, GenerationWorkerSettings } from '../learning/student/serve/generation-worker.ts';
export type { StudentModelOptions } from '../learning/student/serve/model.ts';
export type { ImportedStudent } from '../learning/student/source/import.ts';
export { type ImportStudentOptions, importStudentSchema } from '../learning/student/source/options.ts';
export type { GenerateSettings, Student } from '../learning/student/student.ts';

/** Opens a Hugging Face folder of a Qwen2, Llama or Qwen3 model on a tfjs backend. */
export const loadStudent = async (folder: string, options?: { backend?: BackendName | 'auto' }): Promise<Student> =>
  (await import('../learning/student/student.ts')).loadStudent(folder, options);

/** Opens a student as a model that the agent loop asks; `workers` copies of it answer, each in a thread of its own. */
export const openStudentModel = async (
  folder: string,
  options?: Partial<StudentModelOptions> & Partial<GenerationWorkerSettings> & { workers?: number | undefined },
): Promise<Model & AsyncDisposable> =>
  (await import('../learning/student/serve/model.ts')).openStudentModel(folder, options);

/** Counts the tokens of prompts with a student's tokenizer, for `extractRun`. */
export const openTokenCounter = async (folder: string): Promise<Counter> =>
  (await import('../learning/student/checkpoint/prompt-tokens.ts')).openTokenCounter(folder);

/** Makes a student folder of a Hugging Face folder, a GGUF file or a model of the hub. */
export const importStudent = async (options: ImportStudentOptions, control?: RunControl): Promise<ImportedStudent> =>
  (await import('../learning/student/source/import.ts')).importStudent(options, control);
