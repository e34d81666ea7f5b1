import * as tf from '@tensorflow/tfjs-core';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { packageRoot } from '../../../../src/core/run/paths.ts';
import { openBackend, renderBackend } from '../../../../src/learning/student/backend/backend.ts';
import { tensorflow } from './backends.ts';

test('auto takes tensorflow where it is set up, else wasm, and says what was found and why not the faster ones', async () => {
  const report = await openBackend('auto');
  const { chosen, skipped } = report;
  expect([...skipped.map(({ name }) => name), chosen]).toEqual(
    tensorflow.usable ? ['tensorflow'] : ['tensorflow', 'webgpu', 'wasm'],
  );
  if (tensorflow.usable)
    expect(renderBackend(report)).toMatch(/^backend tensorflow \(TensorFlow \d+\.\d+\.\d+, @tensorflow\/tfjs-node/);
  else
    expect(renderBackend(report)).toMatch(/^backend wasm \(tfjs 4\.22\.0, SIMD\); not tensorflow: .+; not webgpu: .+/);
});

test('a backend that was asked for and cannot be had is a configuration error of one line', async () => {
  // A program of its own, whose Vulkan knows no driver.
  const script = `
    import { openBackend } from './src/learning/student/backend/backend.ts';
    await openBackend('webgpu').catch((error) => console.log(error.code, error.message));`;
  const { stdout } = await execa('node', ['--import', 'tsx', '--input-type=module', '-e', script], {
    cwd: packageRoot,
    env: { VK_ICD_FILENAMES: '/dev/null' },
  });
  expect(stdout).toMatch(/^CONFIG Backend "webgpu" cannot be used: .+\. Use --backend auto\.$/);
});

test('gradients are registered (tfjs-core alone has none in Node)', async () => {
  await openBackend('wasm');
  const gradient = tf.grad((x: tf.Tensor) => tf.sum(tf.square(x)))(tf.tensor1d([1, 2]));
  expect([...gradient.dataSync()]).toEqual([2, 4]);
});

test('the runtime of wasm leaves no listeners that print its source when something fails', async () => {
  const before = process.listeners('unhandledRejection').length;
  await openBackend('wasm');
  expect(process.listeners('unhandledRejection').length).toBe(before);
  expect(process.listeners('uncaughtException').some((listener) => /ExitStatus/.test(String(listener)))).toBe(false);
});
