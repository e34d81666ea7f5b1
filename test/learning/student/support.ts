// The golden models of transformers as fixtures, and small helpers to compare tensors with numbers.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { openBackend } from '../../../src/learning/student/backend/backend.ts';
import type { BackendName } from '../../../src/learning/student/backend/names.ts';
import { type DecoderConfig, readDecoderConfig } from '../../../src/learning/student/checkpoint/config.ts';
import { readParameters } from '../../../src/learning/student/checkpoint/parameters.ts';
import { type Layout, parameterLayout } from '../../../src/learning/student/decoder/layout.ts';
import { type Weights, weightsFromFlat } from '../../../src/learning/student/decoder/parameters.ts';

export const fixture = (name: string): string => fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));

interface Golden {
  input_ids: number[][];
  logits_row0_pos0: number[];
  logits_row1_last: number[];
  loss: number;
  grads: Record<string, { l2: number; first: number[] }>;
  grad_global_norm_before_clip: number;
  after_adamw: Record<string, number[]>;
  greedy: { prompt: number[]; completion: number[] };
  /** Those of Qwen2 only. */
  grpo: {
    prompt: number[];
    completions: number[][];
    lengths: number[];
    'advantages_population_std_eps1e-6': number[];
    rewards: number[];
    logprobs: number[][];
    old_logprobs: number[][];
    losses: Record<'sequence_mean' | 'token_mean', { loss: number; grad_global_norm: number; q_proj0_first: number[] }>;
  };
}

export interface GoldenModel {
  config: DecoderConfig;
  layout: Layout;
  parameters: Float32Array;
  weights: Weights;
  golden: Golden;
}

export const goldenNames = [
  'qwen2-tiny-tied',
  'qwen2-tiny-untied',
  'llama-tiny-tied',
  'llama3-tiny-scaled',
  'qwen3-tiny',
] as const;
export type GoldenName = (typeof goldenNames)[number];

export async function goldenModel(name: GoldenName, backend: BackendName = 'wasm'): Promise<GoldenModel> {
  await openBackend(backend);
  const folder = fixture(name);
  const config = await readDecoderConfig(folder);
  const layout = parameterLayout(config);
  const parameters = await readParameters(folder, config);
  const golden: Golden = JSON.parse(readFileSync(`${folder}/golden.json`, 'utf8'));
  return { config, layout, parameters, weights: weightsFromFlat(layout, parameters), golden };
}

export const farthest = (got: ArrayLike<number>, expected: ArrayLike<number>): number =>
  Array.from(expected).reduce((worst, value, i) => Math.max(worst, Math.abs(value - got[i]!)), 0);

export const norm = (values: ArrayLike<number>): number =>
  Math.sqrt(Array.from(values).reduce((sum, v) => sum + v * v, 0));

/** Deterministic, not too regular numbers. */
export const numbers = (length: number, seed = 1): Float32Array =>
  Float32Array.from({ length }, (_, i) => Math.sin((i + 1) * 12.9898 * seed) * 0.9);

export const filled = <R extends tf.Rank>(shape: tf.ShapeMap[R], seed?: number): tf.Tensor<R> =>
  tf.tensor(numbers(tf.util.sizeFromShape(shape), seed), shape);

export type Op = (...inputs: tf.Tensor[]) => tf.Tensor;

/** Value and gradients (for an arbitrary dy) of both forms agree. */
export function expectSame(written: Op, composed: Op, inputs: tf.Tensor[]): void {
  const [value, expectedValue] = [written(...inputs), composed(...inputs)];
  expect(farthest(value.dataSync(), expectedValue.dataSync())).toBeLessThan(1e-5);
  const dy = filled(value.shape as [number, number], 3);
  const got = tf.grads(written)(inputs, dy);
  const expected = tf.grads(composed)(inputs, dy);
  got.forEach((gradient, i) => {
    expect(gradient.shape).toEqual(inputs[i]!.shape);
    expect(farthest(gradient.dataSync(), expected[i]!.dataSync())).toBeLessThan(2e-5);
  });
}
