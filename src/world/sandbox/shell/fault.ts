// Who ended a container: its own processes, which is a result, or the machine (an operator, an engine that is stopped), which is none.
import type Docker from 'dockerode';
import { SandboxError } from '../../../core/schema/errors.ts';
import { isEngineAway } from '../engine/engine-away.ts';

/** An engine says what it did a moment after it did it. @unit milliseconds */
const SAID_WITHIN_MS = 500;

/** Undefined where nothing but the container's own processes can have ended it. By the engine's clock alone: ours may differ. */
export async function findFault(docker: Docker, container: Docker.Container): Promise<SandboxError | undefined> {
  const id = container.id.slice(0, 12);
  try {
    const { State } = await container.inspect();
    const signals = await killsSince(docker, container.id, Date.parse(State.StartedAt) / 1000);
    if (signals.length === 0) return undefined;
    return new SandboxError(
      `Container ${id} was ended from outside (signal ${signals.join(', ')}): what ran in it has no result. Run it again.`,
    );
  } catch (error) {
    if (!isEngineAway(error)) return undefined;
    return new SandboxError(`The container engine went away under container ${id}: what ran in it has no result.`, {
      cause: error,
    });
  }
}

/** The signals that the engine was asked to send to the container. `since`: seconds since 1970. */
async function killsSince(docker: Docker, container: string, since: number): Promise<string[]> {
  const filters = { container: [container], event: ['kill'] };
  const enough = new AbortController();
  const timer = setTimeout(() => enough.abort(), SAID_WITHIN_MS);
  let said = '';
  try {
    const events = await docker.getEvents({ since, filters, abortSignal: enough.signal });
    for await (const chunk of events) said += String(chunk);
  } catch (error) {
    if (!enough.signal.aborted) throw error;
  } finally {
    clearTimeout(timer);
  }
  return [...said.matchAll(/"signal":"(\w+)"/g)].map(([, signal = '']) => signal);
}
