// `students import`: a pretrained model as a student folder.
import { jsonField } from '../../core/options/vocabulary.ts';
import { interruptSignal } from '../../core/run/interrupt.ts';
import { createReporter } from '../../core/run/reporter.ts';
import { importStudent } from '../../learning/student/source/import.ts';
import { importStudentSchema } from '../../learning/student/source/options.ts';
import { defineCommand } from '../options/command.ts';
import { printJson, printText } from '../output.ts';

export const studentsImportCommand = defineCommand({
  name: 'import',
  about: 'Imports a pretrained model (Qwen2, Llama or Qwen3) as a student folder in Hugging Face format.',
  options: importStudentSchema.extend({
    json: jsonField('{folder, family, parameters, vocabulary, context, tied}'),
  }),
  positional: 'source',
  help: `HF_TOKEN opens models of the hub that are not public, HF_ENDPOINT names another hub, HF_HOME another
cache. What is in the cache needs no network.`,
  examples: [
    'stepwright students import Qwen/Qwen2.5-Coder-0.5B-Instruct --out students/qwen',
    'stepwright students import smollm2-135m-instruct.q4_1.gguf --out students/smollm2',
  ],
  async run({ json, ...options }) {
    const student = await importStudent(options, { onEvent: createReporter(), signal: interruptSignal() });
    const millions = Math.round(student.parameters / 1e6);
    if (json) printJson(student);
    else
      printText(`${student.folder}: ${student.family}, ${millions} million parameters, ${student.vocabulary} tokens`);
  },
});
