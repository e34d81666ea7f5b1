// Angles per position of the rotary embedding (arXiv 2104.09864), and how Llama 3.1 stretches them for long contexts.

/** Llama 3's: waves longer than the original context / `lowFrequency` become `factor` times as long, those shorter than that /
 * `highFrequency` stay, and between them it changes smoothly. */
export interface RopeScaling {
  factor: number;
  lowFrequency: number;
  highFrequency: number;
  originalContext: number;
}

/** One a pair of a head's dimensions, rounded to float32 as transformers does. */
export function rotaryFrequencies({
  headSize,
  ropeTheta,
  ropeScaling,
}: {
  headSize: number;
  ropeTheta: number;
  ropeScaling?: RopeScaling;
}): number[] {
  const plain = Array.from({ length: headSize / 2 }, (_, i) => Math.fround(ropeTheta ** ((-2 * i) / headSize)));
  return ropeScaling === undefined ? plain : plain.map((frequency) => Math.fround(scaled(frequency, ropeScaling)));
}

function scaled(frequency: number, { factor, lowFrequency, highFrequency, originalContext }: RopeScaling): number {
  const waves = (originalContext * frequency) / (2 * Math.PI);
  if (waves < lowFrequency) return frequency / factor;
  if (waves > highFrequency) return frequency;
  const smooth = (waves - lowFrequency) / (highFrequency - lowFrequency);
  return ((1 - smooth) * frequency) / factor + smooth * frequency;
}
