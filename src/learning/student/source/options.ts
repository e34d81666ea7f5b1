// The options of `importStudent` and of the command `students import`.
import { z } from 'zod';
import { option } from '../../../core/options/option.ts';
import type { OptionsOf } from '../../../core/run/application.ts';

export const importStudentSchema = z.object({
  source: option(z.string(), 'Hugging Face folder, GGUF file, or model of the hub: owner/name or owner/name@revision', {
    value: 'source',
  }),
  out: option(z.string(), 'folder of the student, a new one', { short: 'o', value: 'dir' }),
});

export type ImportStudentOptions = OptionsOf<typeof importStudentSchema>;
