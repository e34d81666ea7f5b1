// The backends that the student must be exact on here: wasm always; tensorflow where it is set up; webgpu on a GPU that computes on the CPU.
import * as tf from '@tensorflow/tfjs-core';
import { messageOf } from '../../../../src/core/schema/errors.ts';
import { openBackend } from '../../../../src/learning/student/backend/backend.ts';
import type { BackendName } from '../../../../src/learning/student/backend/names.ts';
import { useSwiftshader } from '../../../support/swiftshader.ts';

export type Usable = { usable: true } | { usable: false; why: string };

/** Those of this project of tests (vitest.config.ts); all by default. */
const requested = process.env.STEPWRIGHT_TEST_BACKENDS?.split(',');

/** Whether the optional backends are set up here (`npm run setup:tests`), or why not. */
useSwiftshader();
export const tensorflow = await tryBackend('tensorflow');
export const webgpu = await tryBackend('webgpu');

async function tryBackend(name: BackendName): Promise<Usable> {
  if (requested?.includes(name) === false) return { usable: false, why: 'it is tried in another project of tests' };
  try {
    await openBackend(name);
    return { usable: true };
  } catch (error) {
    const why = messageOf(error);
    console.warn(`tests on ${name} are skipped: ${why}`);
    return { usable: false, why };
  }
}

// The program that tfjs would take for products with few results is 30 times slower where a CPU stands in for the GPU; that it is exact
// too is shown in webgpu.test.ts.
const TILED_PRODUCTS = 3;
if (webgpu.usable) tf.env().set('WEBGPU_MATMUL_PROGRAM_TYPE', TILED_PRODUCTS);

/** What the student must be exact on. */
export const exactBackends: BackendName[] = [
  'wasm',
  ...(tensorflow.usable ? (['tensorflow'] as const) : []),
  ...(webgpu.usable ? (['webgpu'] as const) : []),
];

/** Of a test on a GPU whose shaders a CPU compiles and runs. @unit milliseconds */
export const SLOW_GPU = 300_000;
