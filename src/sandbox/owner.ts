// Labels that say whose a container is: the run, when it may be removed whatever became of its run, and the process that opened it.
import { readFileSync, readlinkSync } from 'node:fs';

export type Labels = Record<string, string>;

export const LABEL = {
  run: 'stepwright.run',
  /** @unit seconds since 1970 */
  deadline: 'stepwright.deadline',
  pid: 'stepwright.pid',
  /** When that process started: process ids are used again. */
  started: 'stepwright.started',
  /** Boot and pid namespace: in another one the process id means nothing. */
  host: 'stepwright.host',
} as const;

export const ownerLabels = (runId: string, ttlMs: number): Labels => ({
  [LABEL.run]: runId,
  [LABEL.deadline]: String(Math.ceil((Date.now() + ttlMs) / 1000)),
  [LABEL.pid]: String(process.pid),
  [LABEL.started]: startOf(process.pid) ?? '',
  [LABEL.host]: hostId(),
});

/** Whether nobody can want the container any more. A process that cannot be seen from here counts as alive until the deadline. */
export function isDead(labels: Labels, now = Date.now()): boolean {
  if (Number(labels[LABEL.deadline]) * 1000 < now) return true;
  return labels[LABEL.host] === hostId() && startOf(Number(labels[LABEL.pid])) !== labels[LABEL.started];
}

const hostId = (): string =>
  orUndefined(
    () => `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`,
  ) ?? '';

/** Clock ticks since boot; undefined when there is no such process. */
const startOf = (pid: number): string | undefined =>
  orUndefined(
    () =>
      readFileSync(`/proc/${pid}/stat`, 'latin1')
        .replace(/^.*\) /s, '')
        .split(' ')[19],
  );

function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
