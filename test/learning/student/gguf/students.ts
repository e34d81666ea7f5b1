// Pretrained students in a folder of the machine, as GGUF files. They are too large to ship, and not ours to.
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.env.STEPWRIGHT_STUDENTS;

export const pretrained = {
  smollm2: 'smollm2-135m-instruct.q4_1.gguf',
  qwen: 'qwen2.5-coder-0.5b-instruct.q4_k_m.gguf',
} as const;

/** Undefined where there is no such file. */
export function pretrainedStudent(name: keyof typeof pretrained): string | undefined {
  const path = folder === undefined ? undefined : join(folder, pretrained[name]);
  return path !== undefined && existsSync(path) ? path : undefined;
}
