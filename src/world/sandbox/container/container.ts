// Creating a sandbox's container: what it may and may not do, under a name nobody has, tried again while the engine is busy.
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { messageOf, SandboxError } from '../../../core/schema/errors.ts';
import { isEngineAway, waitForEngine } from '../engine/engine-away.ts';
import { isPodman } from '../engine/podman.ts';
import type { OpenOptions, SandboxLimits } from '../sandbox.ts';
import { ioWeightOf } from './io-weight.ts';
import { type Labels, ownerLabels } from './owner.ts';
import { requestedRuntime } from './runtime.ts';

export const WORK_DIR = '/testbed';

const MIB = 1024 * 1024;
export const DEFAULT_LIMITS: SandboxLimits = {
  memoryBytes: 2048 * MIB,
  cpus: 2,
  pids: 512,
  openFiles: 4096,
  diskBytes: 4096 * MIB,
  files: 200_000,
  ttlMs: 4 * 3600_000,
};

/** Of one user, on the whole host. */
const PODMAN_PROCESSES = 16_384;

const ATTEMPTS = 5;
const BACK_OFF_MS = 200;

/** Removed after it was found. */
export class ImageGoneError extends SandboxError {}

/** One that a container is in, instead of none. */
export interface Network {
  network: string;
  /** What programs find the way out by. */
  env: Record<string, string>;
}

/** Creates, does not start. Its main process is the control shell: it ends, and the container with it, when our end of its stdin closes. */
export async function createContainer(
  docker: Docker,
  options: OpenOptions,
  network?: Network,
): Promise<Docker.Container> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const labels = labelsOf(options);
  const engine = { podman: await isPodman(docker), ioWeight: await ioWeightOf(docker) };
  for (let attempt = 1; ; attempt++) {
    options.signal?.throwIfAborted();
    const container = containerOptions(options, limits, labels, engine, network);
    try {
      await refuseVolumes(docker, options.image);
      return await docker.createContainer(container);
    } catch (error) {
      if (error instanceof SandboxError) throw error;
      if (isEngineAway(error)) await removeUnanswered(docker, container.name!);
      const status = (error as { statusCode?: number }).statusCode ?? 0;
      if (status === 404)
        throw new ImageGoneError(`Image ${options.image} is not there any more. Run the command again.`, {
          cause: error,
        });
      // 409: the name is taken; the next one will not be. 5xx: the engine is busy.
      if (attempt === ATTEMPTS || (status !== 409 && status < 500))
        throw new SandboxError(`Cannot create a container of ${options.image}: ${messageOf(error)}`, { cause: error });
      await sleep(status === 409 ? 0 : BACK_OFF_MS * 2 ** attempt);
    }
  }
}

/** An engine that went away before it answered may have made the container all the same. */
async function removeUnanswered(docker: Docker, name: string): Promise<void> {
  if (await waitForEngine(docker))
    await docker
      .getContainer(name)
      .remove({ force: true, v: true })
      .catch(() => undefined); // there is none
}

/** What is written into a volume is in no layer: no limit of the disk counts it, and no snapshot or reference container has it. */
async function refuseVolumes(docker: Docker, image: string): Promise<void> {
  const { Config } = await docker.getImage(image).inspect();
  const volumes = Object.keys((Config.Volumes as Record<string, unknown> | null | undefined) ?? {});
  if (volumes.length > 0)
    throw new SandboxError(
      `Image ${image} has volumes (${volumes.slice(0, 3).join(', ')}), which no disk limit holds for. Make one without VOLUME: \`docker export\` a container of it, then \`docker import\`.`,
    );
}

export const labelsOf = ({ runId = '', limits }: OpenOptions): Labels =>
  ownerLabels(runId, limits?.ttlMs ?? DEFAULT_LIMITS.ttlMs);

function containerOptions(
  { image, runtime = requestedRuntime() }: OpenOptions,
  limits: SandboxLimits,
  labels: Labels,
  { podman, ioWeight }: { podman: boolean; ioWeight: number | undefined },
  network: Network | undefined,
): Docker.ContainerCreateOptions {
  return {
    name: `stepwright-${randomBytes(6).toString('hex')}`,
    Image: image,
    Entrypoint: ['/bin/sh'],
    Cmd: [],
    User: '0',
    WorkingDir: WORK_DIR,
    Hostname: 'sandbox',
    Labels: labels,
    // A foreign image's own would run beside the attempt.
    Healthcheck: { Test: ['NONE'] },
    Env: Object.entries(network?.env ?? {}).map(([name, value]) => `${name}=${value}`),
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    OpenStdin: true,
    StdinOnce: true,
    HostConfig: {
      Init: true,
      NetworkMode: network?.network ?? 'none',
      // The engine would look up any name, and so carry any message out.
      ...(network && { Dns: ['127.0.0.1'] }),
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      Memory: limits.memoryBytes,
      MemorySwap: limits.memoryBytes,
      NanoCpus: Math.round(limits.cpus * 1e9),
      // Half of what the host's own processes weigh; the first to go when the host has no memory left.
      CpuShares: 512,
      ...(ioWeight !== undefined && { BlkioWeight: ioWeight }),
      OomScoreAdj: 500,
      PidsLimit: limits.pids,
      ...(runtime !== undefined && { Runtime: runtime }),
      Tmpfs: { '/tmp': tmpOptions(limits, podman) },
      Ulimits: [
        { Name: 'fsize', Soft: limits.diskBytes, Hard: limits.diskBytes },
        { Name: 'nofile', Soft: limits.openFiles, Hard: limits.openFiles },
        { Name: 'core', Soft: 0, Hard: 0 },
        // Podman would ask for more than a host may allow. The limit of pids is what counts.
        ...(podman ? [{ Name: 'nproc', Soft: PODMAN_PROCESSES, Hard: PODMAN_PROCESSES }] : []),
      ],
      // The output is ours alone: the engine's default would also write it to a file on the host.
      LogConfig: { Type: 'none', Config: {} },
    },
  };
}

/** Podman knows no limit of files there: they count as memory all the same. */
function tmpOptions({ diskBytes, memoryBytes, files }: SandboxLimits, podman: boolean): string {
  const size = Math.min(diskBytes, Math.floor(memoryBytes / 2));
  return `rw,exec,nosuid,nodev,mode=1777,size=${size}${podman ? '' : `,nr_inodes=${files}`}`;
}
