// SWE-ReX's server in a container of its own, asked as its Python client asks it, but by HTTP from here.
import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { buildImage } from '../../src/world/sandbox/images/build-image.ts';
import { type ImageSource, imageState } from '../../src/world/sandbox/images/image-state.ts';

const SOURCE: ImageSource = {
  tag: 'stepwright/bench-swe-rex:1.4.0',
  dir: `${import.meta.dirname}/swe-rex`,
  from: 'stepwright/base:1',
  network: 'host',
};
const START_WITHIN_MS = 60_000;

export interface SweRex {
  execute(command: string): Promise<string>;
  runInSession(command: string): Promise<string>;
  dispose(): Promise<void>;
}

export async function openSweRex(docker: Docker): Promise<SweRex> {
  if ((await imageState(docker, SOURCE)) !== 'built') await buildImage(docker, SOURCE);
  const container = await docker.createContainer({
    Image: SOURCE.tag,
    Labels: { 'stepwright.bench': 'swe-rex' },
    HostConfig: { PortBindings: { '8000/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] } },
  });
  const dispose = () => container.remove({ force: true });
  try {
    await container.start();
    const { Ports } = (await container.inspect()).NetworkSettings;
    const ask = client(`http://127.0.0.1:${Ports['8000/tcp']?.[0]?.HostPort}`);
    await isAlive(ask);
    await ask('create_session', { session: 'bench', session_type: 'bash' });
    return {
      execute: async (command) => (await ask('execute', { command, shell: true, timeout: 600 })).stdout ?? '',
      runInSession: async (command) =>
        (await ask('run_in_session', { action_type: 'bash', session: 'bench', command, timeout: 600, check: 'silent' }))
          .output ?? '',
      dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

interface Answer {
  stdout?: string;
  output?: string;
}
type Ask = (path: string, body?: object) => Promise<Answer>;

const client =
  (base: string): Ask =>
  async (path, body) => {
    const response = await fetch(`${base}/${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'X-API-Key': 'bench', 'Content-Type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      // A port that is published before anybody listens takes a connection and says nothing.
      signal: AbortSignal.timeout(body === undefined ? 1000 : 600_000),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`swe-rex ${path}: ${response.status} ${text.slice(0, 300)}`);
    return JSON.parse(text) as Answer;
  };

async function isAlive(ask: Ask): Promise<void> {
  for (const start = Date.now(); Date.now() - start < START_WITHIN_MS; await sleep(50))
    if (await ask('is_alive').catch(() => undefined)) return;
  throw new Error(`swe-rex does not answer within ${START_WITHIN_MS / 1000} s`);
}
