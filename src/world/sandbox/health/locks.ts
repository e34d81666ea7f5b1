// Whether what several processes share can be locked: every run folder is, and so are builds and caches.
import { hasProgram } from '../engine/host-packages.ts';
import type { Check } from './check.ts';

export const lockCheck = async (): Promise<Check> =>
  (await hasProgram('flock'))
    ? { name: 'locks', status: 'ok', detail: '`flock` is there' }
    : { name: 'locks', status: 'broken', detail: 'there is no program `flock`', todo: 'install util-linux' };
