// `--student` may name a GGUF file or a model of the hub; what a command works with is a folder.
import { interruptSignal } from '../core/run/interrupt.ts';
import { createReporter } from '../core/run/reporter.ts';
import { openSource } from '../learning/student/source/source.ts';

/** The options, with the student as a folder. */
export async function withStudentFolder<Options extends { student?: string | undefined }>(
  options: Options,
): Promise<Options> {
  if (options.student === undefined) return options;
  const student = await openSource(options.student, { emit: createReporter(), signal: interruptSignal() });
  return { ...options, student };
}
