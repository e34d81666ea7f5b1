// Labels that say whose a container is: the run, when it may be removed whatever became of its run, and the process that opened it.
import { randomUUID } from 'node:crypto';
import { pidSpace, processStart } from '../engine/process-id.ts';

export type Labels = Record<string, string>;

export const LABEL = {
  run: 'stepwright.run',
  /** Empty when it has none and no owner. @unit seconds since 1970 */
  deadline: 'stepwright.deadline',
  /** Nobody else's, on any machine. */
  owner: 'stepwright.owner',
  pid: 'stepwright.pid',
  started: 'stepwright.started',
  pidSpace: 'stepwright.pid-space',
} as const;

const OWNER = randomUUID();

export const ownerLabels = (runId: string, ttlMs: number): Labels => ({
  [LABEL.run]: runId,
  [LABEL.deadline]: String(Math.ceil((Date.now() + ttlMs) / 1000)),
  [LABEL.owner]: OWNER,
  [LABEL.pid]: String(process.pid),
  [LABEL.started]: processStart(process.pid) ?? '',
  [LABEL.pidSpace]: pidSpace(),
});

/**
 * Whether nobody can want the container any more. An owner that can be seen from here wants it as long as it lives, whatever the clock
 * says: a person may be the teacher, a laptop may sleep, a clock may be set. One that cannot be seen counts as alive until the deadline.
 */
export function isDead(labels: Labels, now = Date.now()): boolean {
  if (labels[LABEL.deadline] === '') return false;
  if (labels[LABEL.pidSpace] === pidSpace()) return processStart(Number(labels[LABEL.pid])) !== labels[LABEL.started];
  return Number(labels[LABEL.deadline]) * 1000 < now;
}
