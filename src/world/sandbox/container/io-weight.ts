// The share of the disk's bandwidth that a sandbox gets while others want it, where the kernel and the engine can divide it by weight. Asked
// for where they cannot, a container would not start (cgroup v2), so that the host's cgroups are looked at first.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { isPodman } from '../engine/podman.ts';

/** On Docker's scale of 10 to 1000: half of what everything else on the host weighs (`io.weight` 51 of 100). */
export const IO_WEIGHT = 15;

const CGROUPS = '/sys/fs/cgroup';
const FILES = ['io.weight', 'io.bfq.weight'];

/** Undefined where it cannot be set, or cannot be seen from here. */
export const ioWeightOf = async (docker: Docker): Promise<number | undefined> =>
  isOnThisMachine(docker) && !(await isPodman(docker)) && hasIoWeight() ? IO_WEIGHT : undefined;

export const NO_IO_WEIGHT =
  "The disk's bandwidth is not divided by weight (the kernel has no I/O weight, or the engine is Podman or remote): " +
  'a sandbox that reads or writes without end slows the others and the host.';

/** The root of cgroup v2 has no weight of its own: its children have one. */
export function hasIoWeight(root = CGROUPS): boolean {
  if (existsSync(join(root, 'blkio', 'blkio.weight'))) return true; // cgroup v1
  const children = existsSync(join(root, 'cgroup.controllers')) ? readdirSync(root, { withFileTypes: true }) : [];
  return children.some(
    (child) => child.isDirectory() && FILES.some((file) => existsSync(join(root, child.name, file))),
  );
}

const isOnThisMachine = ({ modem }: Docker): boolean => (modem as { socketPath?: string }).socketPath !== undefined;
