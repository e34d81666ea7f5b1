// Low-rank adapters (LoRA, arXiv 2106.09685; PEFT's form): beside a frozen linear layer W, y = x·Wᵀ + (alpha/r)·(x·Aᵀ)·Bᵀ. Training moves A and
// B only, which are a flat vector of their own.
import * as tf from '@tensorflow/tfjs-core';
import type { Random } from '../../../core/run/random.ts';
import type { DecoderConfig } from '../checkpoint/config.ts';
import { type Layout, layoutOf, type Parameter, parameterLayout } from './layout.ts';
import type { LoraTarget } from './lora-targets.ts';
import { type Weights, weightsOver } from './parameters.ts';

export interface Lora {
  /** Rank. */
  r: number;
  alpha: number;
  targets: readonly LoraTarget[];
}

export interface Adapter {
  lora: Lora;
  /** In the order of `adapterLayout`. */
  parameters: Float32Array;
  /** Folder of the model that it adapts. */
  base: string;
}

/** The vector that training moves, and the one that it leaves alone: all of a model, or with an adapter only that. */
export const trainedLayout = (config: DecoderConfig, lora: Lora | undefined): Layout =>
  lora === undefined ? parameterLayout(config) : adapterLayout(config, lora);

/** `lora_A.weight` [r, in] and `lora_B.weight` [out, r] of every adapted layer. */
export function adapterLayout(config: DecoderConfig, { r, targets }: Lora): Layout {
  return layoutOf(
    adaptedLayers(config, targets).flatMap(({ layer, weight: { shape } }): [string, number[]][] => [
      [`${layer}.lora_A.weight`, [r, shape[1]!]],
      [`${layer}.lora_B.weight`, [shape[0]!, r]],
    ]),
  );
}

/** A as PEFT (and PyTorch's linear layers) begin, Kaiming-uniform with a = √5: ±1/√in; B zero, so that the adapter does nothing yet. */
export function initialAdapter(config: DecoderConfig, lora: Lora, random: Random): Float32Array {
  const layout = adapterLayout(config, lora);
  const flat = new Float32Array(layout.size);
  for (const { name, shape, offset, size } of layout.parameters) {
    if (name.endsWith('lora_B.weight')) continue;
    const bound = 1 / Math.sqrt(shape[1]!);
    for (let i = offset; i < offset + size; i++) flat[i] = bound * (2 * random() - 1);
  }
  return flat;
}

/** The tensors that the forward pass takes beside the adapter's own: the frozen weights, and alpha/r for every adapted layer. */
export function frozenWeights(config: DecoderConfig, lora: Lora, base: Float32Array): Weights {
  const scales = adaptedLayers(config, lora.targets).map(({ layer }) => [
    `${layer}.lora_scale`,
    tf.scalar(lora.alpha / lora.r),
  ]);
  return { ...weightsOver(parameterLayout(config), base), ...Object.fromEntries(scales) };
}

/** Whether these are an adapter's, and all others frozen. */
export const isAdapted = (weights: Weights): boolean =>
  Object.keys(weights).some((name) => name.endsWith('.lora_scale'));

/** The names of those that training moves. */
export const trainedNames = (weights: Weights): string[] => {
  const names = Object.keys(weights);
  return isAdapted(weights) ? names.filter((name) => /\.lora_[AB]\.weight$/.test(name)) : names;
};

/** The parameters of a model without an adapter that does the same: W + (alpha/r)·B·A. */
export function mergeAdapter(config: DecoderConfig, adapter: Adapter, base: Float32Array): Float32Array {
  const merged = new Float32Array(base.length);
  const valuesOf = mergedValues(config, adapter, base);
  for (const weight of parameterLayout(config).parameters) merged.set(valuesOf(weight), weight.offset);
  return merged;
}

/** The same, one parameter at a time. What is not adapted is a view of the base. */
export function mergedValues(
  config: DecoderConfig,
  { lora, parameters }: Adapter,
  base: Float32Array,
): (weight: Parameter) => Float32Array {
  const scale = lora.alpha / lora.r;
  const parts = new Map(adapterLayout(config, lora).parameters.map((part) => [part.name, part]));
  const layers = new Map(adaptedLayers(config, lora.targets).map(({ layer, weight }) => [weight.name, layer]));
  const factor = (layer: string, half: 'A' | 'B'): Float32Array => {
    const { offset, size } = parts.get(`${layer}.lora_${half}.weight`)!;
    return parameters.subarray(offset, offset + size);
  };
  return ({ name, shape, offset, size }) => {
    const frozen = base.subarray(offset, offset + size);
    const layer = layers.get(name);
    if (layer === undefined) return frozen;
    const [a, b] = [factor(layer, 'A'), factor(layer, 'B')];
    const merged = frozen.slice();
    const [out, into] = shape as [number, number];
    for (let row = 0; row < out; row++) {
      const sums = merged.subarray(row * into, (row + 1) * into);
      for (let k = 0; k < lora.r; k++) {
        const share = scale * b[row * lora.r + k]!;
        const direction = a.subarray(k * into, (k + 1) * into);
        for (let i = 0; i < into; i++) sums[i]! += share * direction[i]!;
      }
    }
    return merged;
  };
}

function adaptedLayers(config: DecoderConfig, targets: readonly LoraTarget[]) {
  return parameterLayout(config).parameters.flatMap((weight) => {
    const [, layer, target] = /^(.*\.(\w+_proj))\.weight$/.exec(weight.name) ?? [];
    if (layer === undefined || !targets.includes(target as LoraTarget)) return [];
    return [{ layer, weight }];
  });
}
