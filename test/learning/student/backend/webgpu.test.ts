// What is peculiar to the `webgpu` backend, on a GPU that computes on the CPU; skipped with the reason where there is none. That it is exact
// is shown where the other backends are (decoder.test.ts).
import * as tf from '@tensorflow/tfjs-core';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../../../src/core/run/paths.ts';
import { createRandom } from '../../../../src/core/run/random.ts';
import { openBackend } from '../../../../src/learning/student/backend/backend.ts';
import { generate } from '../../../../src/learning/student/generate/generate.ts';
import { farthest, filled, goldenModel } from '../support.ts';
import { webgpu } from './backends.ts';

/** A program of its own: the faults of a device last as long as the process. */
const program = (script: string) =>
  execa('node', ['--import', 'tsx', '--input-type=module', '-e', script], { cwd: packageRoot, timeout: 60_000 });

describe.skipIf(!webgpu.usable)('webgpu', () => {
  beforeAll(() => openBackend('webgpu'));

  test('softmax of more rows than a device starts groups of threads', async () => {
    const scores = filled([2, 35_000, 4]);
    const softmax = tf.softmax(scores);
    expect(softmax.shape).toEqual(scores.shape);
    const [got, all] = [await softmax.data(), (await scores.data()) as Float32Array];
    for (const row of [0, 65_534, 65_535, 69_999]) {
      const weights = all.slice(4 * row, 4 * row + 4).map(Math.exp);
      const sum = weights.reduce((total, weight) => total + weight, 0);
      expect(
        farthest(
          got.slice(4 * row, 4 * row + 4),
          weights.map((weight) => weight / sum),
        ),
      ).toBeLessThan(1e-6);
    }
  });

  test.each([-1, 0, 1, 2, 3])('products by tfjs’s program %i (-1: the one it chooses)', async (type) => {
    const [a, b] = [filled([3, 300]), filled([5, 300], 2)];
    const [rows, columns] = [(await a.data()) as Float32Array, (await b.data()) as Float32Array];
    const expected = Array.from({ length: 15 }, (_, i) => {
      const [row, column] = [300 * Math.floor(i / 5), 300 * (i % 5)];
      return Array.from({ length: 300 }, (_, k) => rows[row + k]! * columns[column + k]!).reduce((sum, x) => sum + x);
    });
    tf.env().set('WEBGPU_MATMUL_PROGRAM_TYPE', type);
    const products = [tf.matMul(a, b, false, true), tf.matMul(tf.transpose(a), tf.transpose(b), true, false)];
    tf.env().set('WEBGPU_MATMUL_PROGRAM_TYPE', -1);
    for (const product of products) expect(farthest(await product.data(), expected)).toBeLessThan(1e-4);
  });

  test('a tensor that is larger than the buffers of the device is an error of one line, and others still work', async () => {
    const { maxBufferSize } = (tf.backend() as unknown as { device: { limits: { maxBufferSize: number } } }).device
      .limits;
    expect(() => tf.fill([maxBufferSize / 4 + 1], 1)).toThrow(
      /^webgpu: a tensor of \d+ bytes is too large, the device's buffers hold \d+\. Use .+ or another --backend\.$/,
    );
    expect([...(await tf.fill([3], 1).data())]).toEqual([1, 1, 1]);
  });

  test('tensors of ever new sizes do not take ever more memory', async () => {
    const allocated = () => (tf.memory() as unknown as { numBytesAllocatedInGPU: number }).numBytesAllocatedInGPU;
    const before = allocated();
    for (let size = 1_000_000; size < 1_000_050; size++) {
      const sum = tf.tidy(() => tf.sum(tf.fill([size], 1)));
      await sum.data();
      sum.dispose();
    }
    expect(allocated() - before).toBeLessThan(10 * 4_000_000);
  });

  test('answers are drawn by the same sampler as elsewhere', async () => {
    const sample = async (backend: 'wasm' | 'webgpu') => {
      const { weights, config } = await goldenModel('qwen2-tiny-tied', backend);
      const answers = await generate(weights, config, [[3, 148, 241]], {
        ...{ group: 6, maxNewTokens: 2, temperature: 1, stopTokens: [], tokens: 320 },
        random: (_, answer) => createRandom(`${answer}`),
      });
      return answers.flat().map(({ tokens }) => tokens);
    };
    const drawn = await sample('webgpu');
    expect(drawn).toEqual(await sample('wasm'));
    expect(new Set(drawn.map(([first]) => first)).size).toBeGreaterThan(2);
  });

  test('a GPU that is lost in mid-step fails the step in one line, and the program ends by itself', async () => {
    const { stdout } = await program(`
      import * as tf from '@tensorflow/tfjs-core';
      import { createReplica } from './src/learning/train/parallel/replica.ts';
      import { goldenModel } from './test/learning/student/support.ts';
      const { config, parameters, layout } = await goldenModel('qwen2-tiny-tied', 'webgpu');
      const replica = await createReplica(config, parameters, { backend: 'webgpu' });
      const example = { prompt: [1, 2], completions: [[3, 4]], weights: [1] };
      const settings = { temperature: 1, clipLow: 0, clipHigh: 0 };
      const step = replica.gradients([example], settings, new Float32Array(layout.size));
      tf.backend().device.destroy();
      await step.catch((error) => console.log(error.code, error.message));
    `);
    expect(stdout).toMatch(
      /^CONFIG webgpu: the GPU (was lost|cannot be read) \(.+\)\. Start again: a run goes on from its last checkpoint\.$/,
    );
  });

  test('what the device refuses fails the next read', async () => {
    const { stdout } = await program(`
      import * as tf from '@tensorflow/tfjs-core';
      import { openBackend } from './src/learning/student/backend/backend.ts';
      await openBackend('webgpu');
      const { device } = tf.backend();
      device.createBuffer({ size: 2 * device.limits.maxBufferSize, usage: GPUBufferUsage.STORAGE });
      await tf.fill([2000], 1).data().catch((error) => console.log(error.message));
    `);
    // Dawn prints what it refuses.
    expect(stdout.split('\n').at(-1)).toMatch(/^webgpu: the GPU refused a command \(.*size.*\)\. Start again/i);
  });

  test('auto does not take a GPU that computes on the CPU, and says so', async () => {
    const { stdout } = await program(`
      import { openBackend } from './src/learning/student/backend/backend.ts';
      import { startWebgpu } from './src/learning/student/backend/webgpu.ts';
      console.log((await openBackend('auto')).chosen);
      await startWebgpu({ software: false }).catch((error) => console.log(error.message));
    `);
    expect(stdout).toMatch(
      /^(tensorflow|wasm)\nonly a software adapter answers, .+; --backend webgpu takes it all the same$/,
    );
  });
});
