// The one way to a sandbox backend: an engine that answers, with what dead runs left removed.
import { type Emit, silent } from '../run/events.ts';
import { ConfigError } from '../schema/errors.ts';
import { createDockerBackend } from './docker.ts';
import { findEngine } from './engine.ts';
import type { SandboxBackend } from './sandbox.ts';

export async function openBackend(options: { emit?: Emit | undefined } = {}): Promise<SandboxBackend> {
  const { emit = silent } = options;
  const engine = await findEngine();
  if ('tried' in engine) throw new ConfigError(`No container engine answers: tried ${engine.tried.join(', ')}.`);
  emit({ type: 'note', text: `container engine at ${engine.address}` });
  return createDockerBackend(engine.docker);
}
