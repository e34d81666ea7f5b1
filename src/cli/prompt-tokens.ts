// How long a prompt is for a student. A module of its own, which extraction's threads load by its address.

import type { Measure } from '../data/step/prompt.ts';
import { loadTokenizer } from '../learning/student/checkpoint/tokenizer.ts';

/** In tokens of the folder's tokenizer, its chat template applied. */
export async function createMeasure(student: string): Promise<Measure> {
  const { encodePrompt } = await loadTokenizer(student);
  return (prompt) => encodePrompt(prompt).length;
}

/** Its address. */
export const module = import.meta.url;
