// `students import`: a pretrained model as a student folder.
import { z } from 'zod';
import { option } from '../../core/options/option.ts';
import { jsonField } from '../../core/options/vocabulary.ts';
import { interruptSignal } from '../../core/run/interrupt.ts';
import { createReporter } from '../../core/run/reporter.ts';
import { importStudent } from '../../learning/student/source/import.ts';
import { defineCommand } from '../options/command.ts';
import { printJson, printText } from '../output.ts';

export const studentsImportCommand = defineCommand({
  name: 'import',
  about: 'Imports a pretrained model (Qwen2, Llama or Qwen3) as a student folder in Hugging Face format.',
  options: z.object({
    source: option(
      z.string(),
      'Hugging Face folder, GGUF file, or model of the hub: owner/name or owner/name@revision',
      {
        value: 'source',
      },
    ),
    out: option(z.string(), 'folder of the student, a new one', { short: 'o', value: 'dir' }),
    json: jsonField('{folder, family, parameters, vocabulary, context, tied}'),
  }),
  positional: 'source',
  help: 'HF_TOKEN opens models of the hub that are not public, HF_ENDPOINT names another hub, HF_HOME another cache. What is in the cache needs no network.',
  examples: [
    'stepwright students import Qwen/Qwen2.5-Coder-0.5B-Instruct --out students/qwen',
    'stepwright students import smollm2-135m-instruct.q4_1.gguf --out students/smollm2',
  ],
  async run({ source, out, json }) {
    const student = await importStudent(source, out, { emit: createReporter(), signal: interruptSignal() });
    const millions = Math.round(student.parameters / 1e6);
    if (json) printJson(student);
    else
      printText(`${student.folder}: ${student.family}, ${millions} million parameters, ${student.vocabulary} tokens`);
  },
});
