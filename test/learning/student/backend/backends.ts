// The backends that the student must be exact on here: wasm always; tensorflow where it is set up; webgpu on a GPU that computes on the CPU.
import * as tf from '@tensorflow/tfjs-core';
import { execa } from 'execa';
import { packageRoot } from '../../../../src/core/run/paths.ts';
import { messageOf } from '../../../../src/core/schema/errors.ts';
import { type BackendName, openBackend } from '../../../../src/learning/student/backend/backend.ts';
import { provideSwiftshader } from '../../../support/swiftshader.ts';

export type Usable = { usable: true } | { usable: false; why: string };

/** Whether the optional backends are set up here, or why not. */
export const tensorflow = await tryBackend('tensorflow', async () => undefined);
export const webgpu = await tryBackend('webgpu', async () => {
  await execa('npm', ['run', '-s', 'setup:webgpu'], { cwd: packageRoot, timeout: 300_000, reject: false });
  await provideSwiftshader();
});

async function tryBackend(name: BackendName, prepare: () => Promise<void>): Promise<Usable> {
  try {
    await prepare();
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
