// The OCI runtime that runs sandboxes: what is between their programs and the host's kernel. --runtime or STEPWRIGHT_RUNTIME names one that
// the engine has.
import type Docker from 'dockerode';
import { ConfigError } from '../../../core/schema/errors.ts';
import { isPodman } from '../engine/podman.ts';

/** What an engine reports of itself, as far as it bears on isolation. */
export interface EngineIsolation {
  DefaultRuntime?: string;
  Runtimes?: Record<string, { path?: string; runtimeType?: string }>;
  SecurityOptions?: string[] | null;
}

let chosen: string | undefined;

/** For every sandbox of this process from now on, whatever the environment names. */
export function chooseRuntime(name: string): void {
  chosen = name;
}

export const requestedRuntime = (env: NodeJS.ProcessEnv = process.env): string | undefined =>
  chosen ?? (env.STEPWRIGHT_RUNTIME || undefined);

export const engineIsolation = async (docker: Docker): Promise<EngineIsolation> =>
  (await docker.info()) as EngineIsolation;

/** Before anything is opened: a sandbox with a weaker boundary than the requested one is never started. */
export async function checkRuntime(docker: Docker, runtime = requestedRuntime()): Promise<void> {
  if (runtime === undefined) return;
  if (await isPodman(docker))
    throw new ConfigError(
      `Runtime ${runtime}: Podman takes none for one container. Set \`runtime\` in its containers.conf, and give neither --runtime nor STEPWRIGHT_RUNTIME.`,
    );
  const complaint = missingRuntime(await engineIsolation(docker), runtime);
  if (complaint !== undefined) throw new ConfigError(complaint);
}

export function missingRuntime({ Runtimes = {} }: EngineIsolation, runtime: string): string | undefined {
  if (Object.hasOwn(Runtimes, runtime)) return undefined;
  const names = Object.keys(Runtimes).sort().join(', ');
  return `Runtime ${runtime}: the engine has no such runtime, only ${names}. Add it to \`runtimes\` in the engine's daemon.json and restart the engine, or name another (--runtime, STEPWRIGHT_RUNTIME).`;
}

/** The boundary in force, in words. */
export function describeIsolation(engine: EngineIsolation, requested = requestedRuntime()): string {
  const name = requested ?? engine.DefaultRuntime ?? 'the default runtime';
  const { path = '', runtimeType = '' } = engine.Runtimes?.[name] ?? {};
  const program = `${name} ${path} ${runtimeType}`;
  if (/runsc|gvisor/i.test(program)) return `${name}: gVisor, a kernel of its own in user space`;
  if (/kata/i.test(program)) return `${name}: Kata, a virtual machine for each sandbox`;
  const options = (engine.SecurityOptions ?? []).map((option) => /name=([^,]+)/.exec(option)?.[1] ?? option);
  const layers = ['namespaces', ...['seccomp', 'apparmor', 'selinux'].filter((layer) => options.includes(layer))];
  const root = ['rootless', 'userns'].some((mode) => options.includes(mode))
    ? 'root in a sandbox is an ordinary user of the host'
    : "root in a sandbox has root's user id on the host";
  return `${name}: the host's own kernel, behind ${layers.join(', ')}; ${root} (for hostile code: --runtime runsc, gVisor)`;
}
