// What a run starts from: a student, a new one, or an adapter on one.
import { z } from 'zod';
import { list, real, whole } from '../../../core/options/fields.ts';
import { option } from '../../../core/options/option.ts';
import { studentField } from '../../../core/options/vocabulary.ts';
import { loraTargets } from '../../student/decoder/lora-targets.ts';
import { type SizeName, sizes } from '../../student/decoder/sizes.ts';

export const startFields = {
  student: studentField('student to start from'),
  init: option(
    z.enum(Object.keys(sizes) as [SizeName, ...SizeName[]]).optional(),
    'start from a new student of this size instead of --student',
    { value: 'size' },
  ),
  tokenizerFrom: option(z.string().optional(), 'with --init: step instances from which the tokenizer is learned', {
    value: 'file',
    shownDefault: 'those of --steps',
  }),
  vocabulary: option(whole({ min: 256 }).default(1024), 'with --init: size of the vocabulary without added tokens'),
  context: option(whole({ min: 1 }).default(512), 'with --init: maximum context length in tokens'),
  loraR: option(whole({ min: 1 }).optional(), 'train a LoRA adapter of this rank instead of all weights'),
  loraAlpha: option(real({ above: 0 }).optional(), 'LoRA: the product of the adapter is scaled by alpha/r', {
    shownDefault: '2r',
  }),
  loraTargets: option(
    list(z.enum(loraTargets))
      .refine((targets) => targets.length > 0, 'name at least one layer')
      .default([...loraTargets]),
    'LoRA: linear layers that get an adapter',
    { value: 'layer' },
  ),
  loraAdapter: option(z.string().optional(), 'continue training the LoRA adapter in this PEFT folder', {
    value: 'dir',
  }),
};
