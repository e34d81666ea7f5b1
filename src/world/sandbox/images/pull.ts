// Pulling an image: with the user's credentials, tried again where that can help, and a reason that is never mistaken for a failed task.
import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { type Emit, silent } from '../../../core/run/events.ts';
import { messageOf, SandboxError } from '../../../core/schema/errors.ts';
import { checkDisk } from '../engine/disk.ts';
import { credentialsFor, registryOf } from './credentials.ts';

export type PullFailure = 'rate_limit' | 'unauthorized' | 'not_found' | 'disk_full' | 'unreachable';

/** An image that could not be had. Says nothing about the instance that wanted it. */
export class PullError extends SandboxError {
  readonly reason: PullFailure;
  constructor(reason: PullFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

export interface PullOptions {
  emit?: Emit;
  signal?: AbortSignal | undefined;
  env?: NodeJS.ProcessEnv;
  attempts?: number;
  /** Before the second attempt; doubled before each one after, and up to half as much again by chance. @unit milliseconds */
  backOffMs?: number;
}

/** As a SWE-bench image may need, unpacked. */
const NEEDED_BYTES = 5e9;

/** What the engine says, since it gives every failure of a registry as a 404 or a 500. The first that matches is meant. */
const REASONS: readonly [PullFailure, RegExp][] = [
  ['rate_limit', /toomanyrequests|too many requests|rate limit|\b429\b/i],
  ['disk_full', /no space left|disk quota exceeded/i],
  ['unauthorized', /unauthorized|access denied|denied:|authentication required|no basic auth|forbidden|\b40[13]\b/i],
  ['not_found', /not found|manifest unknown|does not exist|no such image|name unknown|invalid reference/i],
];

const ADVICE: Record<PullFailure, (reference: string) => string> = {
  rate_limit: (reference) =>
    `${registryOf(reference)} limits how often it is asked. Log in (\`docker login\`) or wait.`,
  unauthorized: (reference) => `Log in with \`docker login ${registryOf(reference)}\`, or set DOCKER_AUTH_CONFIG.`,
  not_found: () => 'Check the name, or build the image.',
  disk_full: () => "Free some of the engine's disk (`stepwright envs prune --budget 50GB`).",
  unreachable: (reference) => `Is ${registryOf(reference)} reachable from the engine?`,
};

export async function pullImage(docker: Docker, reference: string, options: PullOptions = {}): Promise<void> {
  const { emit = silent, signal, env = process.env, attempts = 5, backOffMs = 2000 } = options;
  const authconfig = await credentialsFor(reference, env);
  await checkDisk(docker, NEEDED_BYTES, `pulling ${reference}`);
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    emit({ type: 'note', text: `pulling ${reference}` });
    const failure = await pullOnce(docker, reference, authconfig, signal);
    if (failure === undefined) return;
    signal?.throwIfAborted();
    const reason = reasonOf(failure);
    const mayPass = reason === 'rate_limit' || reason === 'unreachable';
    if (!mayPass || attempt === attempts)
      throw new PullError(reason, `Cannot pull ${reference} (${reason}): ${failure}. ${ADVICE[reason](reference)}`);
    const waitMs = backOffMs * 2 ** (attempt - 1) * (1 + Math.random() / 2);
    emit({ type: 'warn', text: `pulling ${reference}: ${failure}; again in ${Math.ceil(waitMs / 1000)} s` });
    await sleep(waitMs, undefined, { signal });
  }
}

/** Why it failed, as the engine says; undefined when the image is there. */
async function pullOnce(
  docker: Docker,
  reference: string,
  authconfig: object | undefined,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  try {
    const stream = await docker.pull(reference, { authconfig, abortSignal: signal });
    // An engine that has begun to answer tells a failure in its stream.
    return await new Promise((resolve) =>
      docker.modem.followProgress(stream, (error) => resolve(error ? messageOf(error) : undefined)),
    );
  } catch (error) {
    return messageOf(error);
  }
}

export const reasonOf = (message: string): PullFailure =>
  REASONS.find(([, pattern]) => pattern.test(message))?.[0] ?? 'unreachable';
