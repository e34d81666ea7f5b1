// Whether a process that wrote its id down is still that process: ids are used again, so the start time goes with it.
import { readFileSync, readlinkSync } from 'node:fs';

/** Clock ticks since boot when process `pid` started; undefined when there is none. */
export const processStart = (pid: number): string | undefined =>
  readOrNothing(
    () =>
      readFileSync(`/proc/${pid}/stat`, 'latin1')
        .replace(/^.*\) /s, '')
        .split(' ')[19],
  );

/** Boot and pid namespace: in another one a process id means nothing. */
export const pidSpace = (): string =>
  readOrNothing(
    () => `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`,
  ) ?? '';

function readOrNothing(read: () => string | undefined): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
