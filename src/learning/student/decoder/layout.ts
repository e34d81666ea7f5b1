// Where each parameter lies in the flat vector: names and shapes as in Hugging Face checkpoints.
import * as tf from '@tensorflow/tfjs-core';
import type { DecoderConfig } from '../checkpoint/config.ts';
import { families } from './families.ts';

export interface Parameter {
  name: string;
  shape: number[];
  offset: number;
  size: number;
}

export interface Layout {
  parameters: Parameter[];
  /** Length of the flat vector. */
  size: number;
}

export function parameterLayout(config: DecoderConfig): Layout {
  const { hiddenSize: h, intermediateSize: i, vocabSize: v } = config;
  const q = config.heads * config.headSize;
  const kv = config.kvHeads * config.headSize;
  const { attentionBias, queryKeyNorm } = families[config.family];
  const bias = (name: string, width: number): [string, number[]][] => (attentionBias ? [[name, [width]]] : []);
  const norm = (name: string): [string, number[]][] => (queryKeyNorm ? [[name, [config.headSize]]] : []);
  const shapes: [string, number[]][] = [['model.embed_tokens.weight', [v, h]]];
  for (let layer = 0; layer < config.layers; layer++) {
    const at = `model.layers.${layer}.`;
    shapes.push(
      [`${at}self_attn.q_proj.weight`, [q, h]],
      ...bias(`${at}self_attn.q_proj.bias`, q),
      [`${at}self_attn.k_proj.weight`, [kv, h]],
      ...bias(`${at}self_attn.k_proj.bias`, kv),
      [`${at}self_attn.v_proj.weight`, [kv, h]],
      ...bias(`${at}self_attn.v_proj.bias`, kv),
      [`${at}self_attn.o_proj.weight`, [h, q]],
      ...norm(`${at}self_attn.q_norm.weight`),
      ...norm(`${at}self_attn.k_norm.weight`),
      [`${at}mlp.gate_proj.weight`, [i, h]],
      [`${at}mlp.up_proj.weight`, [i, h]],
      [`${at}mlp.down_proj.weight`, [h, i]],
      [`${at}input_layernorm.weight`, [h]],
      [`${at}post_attention_layernorm.weight`, [h]],
    );
  }
  shapes.push(['model.norm.weight', [h]]);
  if (!config.tied) shapes.push(['lm_head.weight', [v, h]]);
  return layoutOf(shapes);
}

export function layoutOf(shapes: readonly [name: string, shape: number[]][]): Layout {
  let offset = 0;
  const parameters = shapes.map(([name, shape]) => {
    const size = tf.util.sizeFromShape(shape);
    offset += size;
    return { name, shape, offset: offset - size, size };
  });
  return { parameters, size: offset };
}
