// A backend by its name, with images that cases can run in.
import type { Emit } from '../../../core/run/events.ts';
import { checkRuntime, chooseRuntime } from '../container/runtime.ts';
import { createDockerBackend } from '../docker.ts';
import { ensureEngine } from '../engine/ensure-engine.ts';
import { openPodman } from '../engine/podman.ts';
import type { SandboxBackend } from '../sandbox.ts';
import { findGaps } from './gaps.ts';
import { type CONFORMANCE_IMAGES, ensureConformanceImage } from './image.ts';

export type BackendName = 'docker' | 'podman';

export interface Conformance extends AsyncDisposable {
  backend: SandboxBackend;
  /** Made, where the engine does not have it. */
  image(kind: keyof typeof CONFORMANCE_IMAGES): Promise<string>;
  /** What the engine keeps Stepwright from enforcing, a sentence each. */
  gaps(image: string): Promise<string[]>;
}

export async function openConformance(name: BackendName, emit: Emit, runtime?: string): Promise<Conformance> {
  if (runtime !== undefined) chooseRuntime(runtime);
  const engine = name === 'podman' ? await openPodman(emit) : await ensureEngine(emit);
  await checkRuntime(engine.docker);
  const backend = createDockerBackend(engine.docker, emit);
  return {
    backend,
    gaps: (image) => findGaps(engine.docker, backend, image),
    image: (kind) => ensureConformanceImage(engine.docker, kind, emit),
    [Symbol.asyncDispose]: async () => {
      if (Symbol.asyncDispose in engine) await engine[Symbol.asyncDispose]();
    },
  };
}
