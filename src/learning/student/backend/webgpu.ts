// The `webgpu` backend: tfjs's compute shaders on Dawn (npm webgpu), over Vulkan, Metal or D3D12. tfjs knows it from browsers only: here it
// is given what a browser has, and what the device reports later becomes an error at the next read.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { packageRoot } from '../../../core/run/paths.ts';
import { ConfigError, messageOf } from '../../../core/schema/errors.ts';
import { resolveFrom, withoutWarnings } from './optional-package.ts';
import { type BufferLimits, type BufferManager, boundBuffers } from './webgpu-buffers.ts';
import { registerWebgpuKernels } from './webgpu-kernels.ts';

/** Where `npm run setup:webgpu` installs. */
export const webgpuFolder = join(packageRoot, '.cache', 'webgpu');

export const webgpuPackages = ['webgpu', '@tensorflow/tfjs-backend-webgpu'] as const;

interface Gpu {
  requestAdapter(options: { powerPreference: 'high-performance' }): Promise<Adapter | null>;
}

interface Adapter {
  info: { vendor: string; architecture: string; description: string; isFallbackAdapter: boolean };
}

interface WebgpuBackend extends tf.KernelBackend {
  device: {
    limits: BufferLimits;
    lost: Promise<{ message: string }>;
    onuncapturederror: ((event: { error: { message: string } }) => void) | null;
  };
  bufferManager: BufferManager;
}

let gpu: Gpu | undefined;

/**
 * Starts the backend and says on what; throws, in one line, why there is none. `software`: whether an adapter will do that computes on the
 * CPU, where `wasm` is faster.
 */
export async function startWebgpu({ software }: { software: boolean }): Promise<string> {
  const [dawn, shaders] = webgpuPackages.map(findPackage);
  if (dawn === undefined || shaders === undefined) throw new Error('it is not set up (npm run setup:webgpu)');
  gpu ??= await openDawn(dawn);
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) throw new Error('no adapter answers (no driver for Vulkan, Metal or D3D12)');
  const { vendor, architecture, description, isFallbackAdapter } = adapter.info;
  const name = `${description} (${[vendor, architecture].filter(Boolean).join(' ')})`;
  if (isFallbackAdapter && !software)
    throw new Error(`only a software adapter answers, ${name}; --backend webgpu takes it all the same`);
  // Only now: what the package finds when it loads is final.
  withoutWarnings(() => createRequire(shaders)(shaders));
  if (!(await tf.setBackend('webgpu'))) throw new Error(`it did not start on ${name}`);
  guardDevice(tf.backend() as WebgpuBackend);
  registerWebgpuKernels();
  return `tfjs ${tf.version_core}, ${name}`;
}

export const isWebgpuSetUp = (): boolean => webgpuPackages.every((name) => findPackage(name) !== undefined);

const findPackage = (name: string): string | undefined =>
  resolveFrom(join(webgpuFolder, 'package.json'), name) ?? resolveFrom(join(packageRoot, 'package.json'), name);

async function openDawn(path: string): Promise<Gpu> {
  const { create, globals } = (await import(pathToFileURL(path).href)) as {
    create(flags: string[]): Gpu;
    globals: object;
  };
  Object.assign(globalThis, globals);
  const opened = create([]);
  // Node has a navigator from version 21 on.
  const navigator = (globalThis as { navigator?: object }).navigator ?? {};
  Object.defineProperty(navigator, 'gpu', { value: opened, configurable: true });
  Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
  return opened;
}

const guarded = new WeakSet<tf.KernelBackend>();

/** Without it, what a device refuses or loses goes unnoticed: reads give what lay in the buffers before. */
function guardDevice(backend: WebgpuBackend): void {
  if (guarded.has(backend)) return;
  guarded.add(backend);
  const { device, bufferManager } = backend;
  boundBuffers(bufferManager, device.limits);
  let fault: string | undefined;
  device.onuncapturederror = ({ error }) => {
    fault ??= `the GPU refused a command (${error.message.replace(/\s+/g, ' ').trim()})`;
  };
  void device.lost.then(({ message }) => {
    fault ??= `the GPU was lost (${message})`;
  });
  const read = backend.read.bind(backend);
  backend.read = async (dataId) => {
    const values = await read(dataId).catch((error: unknown) => {
      fault ??= `the GPU cannot be read (${messageOf(error)})`;
    });
    if (values === undefined || fault !== undefined)
      throw new ConfigError(`webgpu: ${fault}. Start again: a run goes on from its last checkpoint.`);
    return values;
  };
}
