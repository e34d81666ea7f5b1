// Which tfjs backend the student runs on: `tensorflow` (when set up, see tensorflow.ts), `webgpu` (when set up and a GPU answers, see
// webgpu.ts), `wasm`, `cpu`. The first that works is taken; what was found, and why the others were not, is kept for the report.
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
// tfjs-core alone has no gradients registered in Node; tfjs-layers registers them for the same core.
import '@tensorflow/tfjs-layers';
import { ConfigError, messageOf } from '../../../core/schema/errors.ts';
import { type BackendName, backendNames } from './names.ts';
import { loadTensorflow } from './tensorflow.ts';
import { registerWasmKernels } from './wasm-kernels.ts';
import { startWebgpu } from './webgpu.ts';

export interface BackendReport {
  chosen: BackendName;
  /** What was found: versions, where from. */
  detail: string;
  /** Backends that were tried before, and why they are not used. */
  skipped: { name: BackendName; why: string }[];
}

/** Makes the named backend (or with `auto` the best that works) tfjs's current one. */
export async function openBackend(wanted: BackendName | 'auto' = 'auto'): Promise<BackendReport> {
  const skipped: BackendReport['skipped'] = [];
  for (const name of wanted === 'auto' ? backendNames : [wanted]) {
    try {
      return { chosen: name, detail: await startBackend(name, wanted), skipped };
    } catch (error) {
      skipped.push({ name, why: messageOf(error) });
    }
  }
  throw new ConfigError(
    `Backend "${wanted}" cannot be used: ${skipped.map(({ why }) => why).join('; ')}. Use --backend auto.`,
  );
}

/** Threads with a copy of the student each: `tensorflow` uses all cores itself and a GPU needs none; elsewhere more gain little for tiny students. */
export const defaultWorkers = (backend: BackendName): number =>
  backend === 'tensorflow' || backend === 'webgpu' ? 0 : 2;

/** One line for people. */
export const renderBackend = ({ chosen, detail, skipped }: BackendReport): string =>
  [`backend ${chosen} (${detail})`, ...skipped.map(({ name, why }) => `not ${name}: ${why}`)].join('; ');

/** What was found; throws why the backend cannot be had. */
async function startBackend(name: BackendName, wanted: BackendName | 'auto'): Promise<string> {
  if (name === 'webgpu') return startWebgpu({ software: wanted === 'webgpu' });
  const addon = name === 'tensorflow' ? loadTensorflow() : undefined;
  const listeners = faultListeners();
  if (!(await tf.setBackend(name))) throw new Error('it did not start');
  // Emscripten's runtime adds listeners that throw again and print a page of minified source.
  for (const [event, added] of faultListeners(listeners)) process.off(event, added);
  if (name === 'wasm') registerWasmKernels();
  return addon ?? (name === 'wasm' ? `tfjs ${tf.version_core}, SIMD` : `tfjs ${tf.version_core}, plain JavaScript`);
}

type Listener = (...args: unknown[]) => void;

/** The process's listeners for stray errors, less those known before. */
function faultListeners(known: [string, Listener][] = []): [string, Listener][] {
  const all = ['uncaughtException', 'unhandledRejection'].flatMap((event) =>
    process
      .listeners(event as 'uncaughtException')
      .map((listener): [string, Listener] => [event, listener as Listener]),
  );
  return all.filter(([event, listener]) => !known.some((one) => one[0] === event && one[1] === listener));
}
