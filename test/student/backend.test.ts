import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { ConfigError } from '../../src/schema/errors.ts';
import { openBackend } from '../../src/student/backend.ts';

const installed = await import('@tensorflow/tfjs-node' as string).then(
  () => true,
  () => false,
);

test.skipIf(installed)('without the optional backends auto takes wasm and says why not the faster ones', async () => {
  const report = await openBackend('auto');
  expect(report.chosen).toBe('wasm');
  expect(report.skipped.map(({ name }) => name)).toEqual(['tensorflow', 'webgpu']);
  expect(report.skipped[0]!.why).toBe('@tensorflow/tfjs-node is not installed');
});

test.skipIf(installed)(
  'a backend that was asked for and cannot be had is a configuration error of one line',
  async () => {
    const opened = openBackend('tensorflow');
    await expect(opened).rejects.toBeInstanceOf(ConfigError);
    await expect(opened).rejects.toThrow(
      /^Backend "tensorflow" cannot be used: @tensorflow\/tfjs-node is not installed\. Use --backend auto\.$/,
    );
  },
);

test('gradients are registered (tfjs-core alone has none in Node)', async () => {
  await openBackend('wasm');
  const slope = tf.grad((x: tf.Tensor) => tf.sum(tf.square(x)))(tf.tensor1d([1, 2]));
  expect([...slope.dataSync()]).toEqual([2, 4]);
});

test('the runtime of wasm leaves no listeners that print its source when something fails', async () => {
  const before = process.listeners('unhandledRejection').length;
  await openBackend('wasm');
  expect(process.listeners('unhandledRejection').length).toBe(before);
  expect(process.listeners('uncaughtException').some((listener) => /ExitStatus/.test(String(listener)))).toBe(false);
});
