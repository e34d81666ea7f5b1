// How long a prompt is for a student. A module of its own, which extraction's threads load by its address.

import type { Measure } from '../step/prompt.ts';
import { loadTokenizer } from '../student/tokenizer.ts';

/** In tokens of the folder's tokenizer, its chat template applied. */
export async function createMeasure(student: string): Promise<Measure> {
  const { encodePrompt } = await loadTokenizer(student);
  return (prompt) => encodePrompt(prompt).length;
}

/** Its address. */
export const module = import.meta.url;
