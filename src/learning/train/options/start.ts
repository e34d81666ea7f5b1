// What a run starts from: a student, a new one, or an adapter on one.
import { z } from 'zod';
import { real, whole } from '../../../core/options/fields.ts';
import { type SizeName, sizes } from '../../student/qwen2/init.ts';
import { loraTargets } from '../../student/qwen2/lora.ts';

export const startFields = {
  student: z.string().optional().describe('Hugging Face folder of the student to start from'),
  init: z
    .enum(Object.keys(sizes) as [SizeName, ...SizeName[]])
    .optional()
    .describe('start from a new student of this size instead'),
  tokenizerFrom: z
    .string()
    .optional()
    .describe('with --init: step instances to learn the tokenizer from (default: --steps)'),
  vocabulary: whole({ min: 256 }).default(1024).describe('with --init: size of the vocabulary before added tokens'),
  context: whole({ min: 1 }).default(512).describe('with --init: longest context'),
  loraR: whole({ min: 1 }).optional().describe('train a LoRA adapter of this rank instead of all weights'),
  loraAlpha: real({ above: 0 }).optional().describe('LoRA: its product is scaled by alpha/r (default: 2r)'),
  loraTargets: z
    .array(z.enum(loraTargets))
    .nonempty()
    .default([...loraTargets])
    .describe('LoRA: linear layers that get one'),
  loraAdapter: z.string().optional().describe('go on from the LoRA adapter in this PEFT folder'),
};
