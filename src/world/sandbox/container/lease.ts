// Deadlines that are put off. An engine cannot change the labels of what it has: whoever lives longer than a deadline leaves a volume there
// that says until when all that is his is wanted. A reaper that cannot see him goes by that.
import { randomBytes } from 'node:crypto';
import type Docker from 'dockerode';
import { LABEL, type Labels, ownerLabels } from './owner.ts';

/** Often enough for a deadline of hours. @unit milliseconds */
const RENEW_EVERY_MS = 3600_000;

/** For as long as this process lives. */
export function keepLease(docker: Docker, ttlMs: number): void {
  // An engine that does not answer now is asked again: nothing is lost before the deadline.
  const renew = () => void putOff(docker, ownerLabels('', ttlMs)).catch(() => undefined);
  setInterval(renew, Math.min(RENEW_EVERY_MS, ttlMs / 4)).unref();
}

/** All that has the owner of `labels` is wanted until their deadline. */
export async function putOff(docker: Docker, labels: Labels): Promise<void> {
  const before = await leasesOf(docker, labels[LABEL.owner] ?? '');
  await docker.createVolume({ Name: `stepwright-${randomBytes(6).toString('hex')}`, Labels: labels });
  for (const { Name } of before) await docker.getVolume(Name).remove();
}

/** The volumes of one owner, or of all. */
export async function leasesOf(docker: Docker, owner?: string): Promise<{ Name: string; Labels: Labels }[]> {
  const label = owner === undefined ? LABEL.owner : `${LABEL.owner}=${owner}`;
  return (await docker.listVolumes({ filters: { label: [label] } })).Volumes ?? [];
}
