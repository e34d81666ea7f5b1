// TensorFlow's own kernels through tfjs's Node addon: the one that `npm run setup:tensorflow` built against a current TensorFlow, else the
// published package where the user has installed it.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import util from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { packageRoot } from '../../../core/run/paths.ts';
import { messageOf } from '../../../core/schema/errors.ts';
import { resolveFrom, withoutWarnings } from './optional-package.ts';

export const tensorflowKinds = ['gpu', 'cpu'] as const;
export type TensorflowKind = (typeof tensorflowKinds)[number];

/** Where `npm run setup:tensorflow` builds. */
export const tensorflowFolder = (kind: TensorflowKind): string => join(packageRoot, '.cache', 'tensorflow', kind);

export const addonPackage = (kind: TensorflowKind): string =>
  kind === 'gpu' ? '@tensorflow/tfjs-node-gpu' : '@tensorflow/tfjs-node';

interface Addon {
  version: { 'tfjs-node': string };
}

interface Backend extends tf.KernelBackend {
  binding: { TF_Version: string };
}

/** Registers the backend with tfjs and says what was loaded; throws, in one line, why there is none. */
export function loadTensorflow(): string {
  supplyRemovedUtilities();
  // TensorFlow greets with how it was compiled; its errors (level 3) are still printed. So is, where the CPU has AVX512-VNNI, that oneDNN
  // is on: the library writes that while it is being loaded, whatever level is set.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  const places = tensorflowKinds.flatMap((kind) => [
    { kind, built: true, from: join(tensorflowFolder(kind), 'package.json') },
    { kind, built: false, from: join(packageRoot, 'package.json') },
  ]);
  const faults: string[] = [];
  for (const { kind, built, from } of places.sort((a, b) => Number(b.built) - Number(a.built))) {
    const name = addonPackage(kind);
    const path = resolveFrom(from, name);
    if (path === undefined) continue;
    try {
      const addon = withoutWarnings(() => createRequire(from)(path) as Addon);
      const origin = built ? 'built by setup:tensorflow' : 'as published';
      const { binding } = tf.findBackend('tensorflow') as Backend;
      return `TensorFlow ${binding.TF_Version}, ${name} ${addon.version['tfjs-node']} ${origin}`;
    } catch (error) {
      faults.push(`${name}: ${messageOf(error)}`);
    }
  }
  throw new Error(faults.join('; ') || 'it is not set up (npm run setup:tensorflow)');
}

/** tfjs-node 4.22 calls two functions that Node 23 took out. */
function supplyRemovedUtilities(): void {
  const legacy = util as unknown as Record<string, unknown>;
  legacy.isArray ??= Array.isArray;
  legacy.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
}
