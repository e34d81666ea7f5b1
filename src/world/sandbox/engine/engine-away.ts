// An engine that is being restarted: told apart from one that refuses, and waited for.
import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';

const CODES = ['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE'];
const POLL_MS = 250;

/** A restart of the engine in mid-run. @unit milliseconds */
const WITHIN_MS = 20_000;

/** Whether an error, or what caused it, is that nobody was there to answer. */
export const isEngineAway = (error: unknown): boolean =>
  error instanceof Error && (CODES.includes((error as NodeJS.ErrnoException).code ?? '') || isEngineAway(error.cause));

/** False when it does not answer again in time. */
export async function waitForEngine(docker: Docker, signal?: AbortSignal): Promise<boolean> {
  for (const start = performance.now(); performance.now() - start < WITHIN_MS; ) {
    if (await docker.ping().catch(() => undefined)) return true;
    await sleep(POLL_MS, undefined, { signal });
  }
  return false;
}
