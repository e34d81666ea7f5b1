// The golden models as GGUF files, with a small tokenizer.
import { trainBpe } from '../../../../src/learning/student/checkpoint/bpe-trainer.ts';
import { ggufName, interleavedHeads } from '../../../../src/learning/student/gguf/names.ts';
import { type GoldenName, goldenModel } from '../support.ts';
import { floats, type Metadata, type WrittenTensor } from './write-gguf.ts';

export const TEMPLATE =
  "{{ bos_token }}{% for m in messages %}{{ '<|start|>' + m.role + '\\n' + m.content + '<|eot|>' }}{% endfor %}{% if add_generation_prompt %}{{ '<|start|>assistant\\n' }}{% endif %}";

const [NORMAL, CONTROL, USER_DEFINED] = [1, 3, 4];

/** Bytes and the few merges that two lines give, then three control tokens and a word of the maker's. */
export function tokenizerMetadata(): Record<string, Metadata[string]> {
  const special = ['<|bos|>', '<|end|>', '<|eot|>'];
  const file = trainBpe(['def f(x):\n    return x\n', 'return 12'], {
    vocabularySize: 266,
    special,
    added: ['<think>'],
  });
  const { vocab, merges } = file.model as { vocab: Record<string, number>; merges: [string, string][] };
  const learned = Object.keys(vocab).length;
  const tokens = [...Object.keys(vocab), ...special, '<think>'];
  const kindOf = (id: number) => (id < learned ? NORMAL : id < learned + special.length ? CONTROL : USER_DEFINED);
  return {
    'tokenizer.ggml.model': 'gpt2',
    'tokenizer.ggml.pre': 'qwen2',
    'tokenizer.ggml.tokens': tokens,
    'tokenizer.ggml.token_type': tokens.map((_, id) => kindOf(id)),
    'tokenizer.ggml.merges': merges.map((pair) => pair.join(' ')),
    'tokenizer.ggml.bos_token_id': learned,
    'tokenizer.ggml.eos_token_id': learned + 1,
    'tokenizer.ggml.eot_token_id': learned + 2,
    'tokenizer.chat_template': TEMPLATE,
  };
}

export interface TinyGguf {
  metadata: Record<string, Metadata[string]>;
  tensors: Record<string, WrittenTensor>;
}

export async function tinyGguf(name: GoldenName): Promise<TinyGguf> {
  const { config, layout, parameters } = await goldenModel(name);
  const { family } = config;
  const metadata = {
    'general.architecture': family,
    [`${family}.block_count`]: config.layers,
    [`${family}.context_length`]: config.contextLength,
    [`${family}.embedding_length`]: config.hiddenSize,
    [`${family}.feed_forward_length`]: config.intermediateSize,
    [`${family}.attention.head_count`]: config.heads,
    [`${family}.attention.head_count_kv`]: config.kvHeads,
    [`${family}.attention.key_length`]: config.headSize,
    [`${family}.attention.layer_norm_rms_epsilon`]: config.normEps,
    [`${family}.rope.freq_base`]: config.ropeTheta,
    ...tokenizerMetadata(),
  };
  const tensors = layout.parameters.map(({ name: parameter, shape, offset, size }) => {
    const values = parameters.slice(offset, offset + size);
    const heads = interleavedHeads(parameter, config);
    const written = heads === undefined ? values : interleave(values, heads, config.headSize);
    return [ggufName(parameter), floats(shape, written)] as const;
  });
  return { metadata, tensors: Object.fromEntries(tensors) };
}

/** As convert_hf_to_gguf permutes the rows of Llama's queries and keys: i of the first half, then i of the second. */
function interleave(rows: Float32Array, heads: number, headSize: number): Float32Array {
  const width = rows.length / (heads * headSize);
  const row = (head: number, within: number) => {
    const at = (head * headSize + within) * width;
    return [...rows.subarray(at, at + width)];
  };
  const half = headSize / 2;
  const pairs = Array.from({ length: heads * half }, (_, n) => [Math.floor(n / half), n % half] as const);
  return Float32Array.from(pairs.flatMap(([head, i]) => [...row(head, i), ...row(head, i + half)]));
}
