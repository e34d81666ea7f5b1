// Which tensors of a student are copies of its flat vector.
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { parameterLayout } from '../../../../src/learning/student/decoder/layout.ts';
import { frozenWeights, type Lora } from '../../../../src/learning/student/decoder/lora.ts';
import { loraTargets } from '../../../../src/learning/student/decoder/lora-targets.ts';
import { type Weights, weightsFromFlat } from '../../../../src/learning/student/decoder/parameters.ts';
import { smallStudent } from '../../train/support.ts';

// It keeps the vectors that it is given.
beforeAll(() => tf.setBackend('cpu'));

const vectorsOf = (weights: Weights): Set<ArrayBufferLike> =>
  new Set(Object.values(weights).flatMap((weight) => (weight.rank === 0 ? [] : [weight.dataSync().buffer])));

test('the weights under an adapter are not copied, those that training moves are', () => {
  const { config, parameters } = smallStudent();
  const lora: Lora = { r: 2, alpha: 4, targets: loraTargets };
  expect(vectorsOf(frozenWeights(config, lora, parameters))).toEqual(new Set([parameters.buffer]));
  expect(vectorsOf(weightsFromFlat(parameterLayout(config), parameters)).has(parameters.buffer)).toBe(false);
});
