// A model's settings, as a GGUF file's metadata has them. What the decoder does not carry is refused by name.
import { ConfigError } from '../../../core/schema/errors.ts';
import type { DecoderConfig } from '../checkpoint/config.ts';
import { type FamilyName, familyNames } from '../decoder/families.ts';
import { type RopeScaling, rotaryFrequencies } from '../decoder/rotary-frequencies.ts';
import { type Fields, fieldsOf } from './fields.ts';
import type { GgufFile } from './file.ts';
import { EMBEDDING, ROPE_FACTORS } from './names.ts';

/** All but whether the head is tied, which the tensors tell. */
export async function readGgufConfig(file: GgufFile): Promise<Omit<DecoderConfig, 'tied'>> {
  const fields = fieldsOf(file);
  const family = familyOf(fields);
  refuseWhatIsNotCarried(fields, family);
  const own = (key: string): number => fields.requiredNumber(`${family}.${key}`);
  const embedding = file.tensors.get(EMBEDDING);
  if (embedding === undefined)
    throw new ConfigError(`${file.path}: tensor ${EMBEDDING} is missing. The file does not hold a whole model.`);
  const heads = own('attention.head_count');
  const hiddenSize = own('embedding_length');
  const config = {
    family,
    vocabSize: embedding.shape[0]!,
    hiddenSize,
    intermediateSize: own('feed_forward_length'),
    layers: own('block_count'),
    heads,
    kvHeads: fields.number(`${family}.attention.head_count_kv`) ?? heads,
    headSize: fields.number(`${family}.attention.key_length`) ?? hiddenSize / heads,
    normEps: shortest(own('attention.layer_norm_rms_epsilon')),
    ropeTheta: shortest(fields.number(`${family}.rope.freq_base`) ?? 10_000),
    contextLength: own('context_length'),
  };
  const rotated = fields.number(`${family}.rope.dimension_count`) ?? config.headSize;
  if (rotated !== config.headSize)
    throw new ConfigError(
      `${file.path}: ${rotated} of a head's ${config.headSize} dimensions are rotated. Students rotate all.`,
    );
  const ropeScaling = await readRopeScaling(file, config);
  return { ...config, ...(ropeScaling && { ropeScaling }) };
}

function familyOf({ path, requiredText }: Fields): FamilyName {
  const name = requiredText('general.architecture');
  if (familyNames.includes(name as FamilyName)) return name as FamilyName;
  throw new ConfigError(
    `${path}: the architecture is ${name}. Students are of ${familyNames.join(', ')}: take a file of one of these.`,
  );
}

function refuseWhatIsNotCarried({ path, number, text }: Fields, family: FamilyName): void {
  const scaling = text(`${family}.rope.scaling.type`) ?? 'none';
  const found = [
    (number(`${family}.expert_count`) ?? 0) > 0 && 'a mixture of experts',
    (number(`${family}.attention.sliding_window`) ?? 0) > 0 && 'a sliding window',
    scaling !== 'none' && `RoPE scaling of type ${scaling}`,
  ].find(Boolean);
  if (found) throw new ConfigError(`${path}: the model has ${found}, which students do not have. Take another model.`);
}

/** Llama 3's scaling is in the file as what it divides each frequency by; its settings are the same in every release but for the factor. */
async function readRopeScaling(
  file: GgufFile,
  config: Pick<DecoderConfig, 'headSize' | 'ropeTheta'>,
): Promise<RopeScaling | undefined> {
  const tensor = file.tensors.get(ROPE_FACTORS);
  if (tensor === undefined) return undefined;
  const factors = new Float32Array(tensor.size);
  await file.read(ROPE_FACTORS, factors);
  const ropeScaling = { factor: factors.at(-1)!, lowFrequency: 1, highFrequency: 4, originalContext: 8192 };
  const plain = rotaryFrequencies(config);
  const scaled = rotaryFrequencies({ ...config, ropeScaling });
  const isLlama3 =
    plain.length === factors.length && plain.every((frequency, i) => closeTo(frequency / scaled[i]!, factors[i]!));
  if (isLlama3) return ropeScaling;
  throw new ConfigError(`${file.path}: ${ROPE_FACTORS} is no RoPE scaling of Llama 3, the one that students have.`);
}

const closeTo = (value: number, expected: number): boolean => Math.abs(value - expected) <= 1e-3 * Math.abs(expected);

/** The shortest decimal of a float32, which is what its writer began with: 0.00001, not 0.000009999999747378752. */
function shortest(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const decimal = Number(value.toPrecision(digits));
    if (Math.fround(decimal) === Math.fround(value)) return decimal;
  }
  return value;
}
