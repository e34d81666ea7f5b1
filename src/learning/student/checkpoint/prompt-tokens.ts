// How long a prompt is for a student. A module of its own, which extraction's threads load by its address.
import type { Counter } from '../../../data/step/parallel/work.ts';
import type { Measure } from '../../../data/step/prompt.ts';
import { loadTokenizer } from './tokenizer.ts';

/** Counts with the tokenizer in a student's folder. A folder without one is reported here, not by every thread. */
export async function openTokenCounter(student: string): Promise<Counter> {
  await createMeasure(student);
  return { module: import.meta.url, argument: student };
}

/** In tokens of the folder's tokenizer, its chat template applied. */
export async function createMeasure(student: string): Promise<Measure> {
  const { encodePrompt } = await loadTokenizer(student);
  return (prompt) => encodePrompt(prompt).length;
}
