// The image of the proxy that a set-up step reaches its allowed hosts through.
import type Docker from 'dockerode';
import type { Emit } from '../../../core/run/events.ts';
import { shipped } from '../../../core/run/paths.ts';
import { BASE_IMAGE, ensureBase } from './base-image.ts';
import { ensureBuilt } from './images.ts';

export const PROXY_IMAGE = 'stepwright/proxy:1';

export async function ensureProxyImage(docker: Docker, emit: Emit): Promise<void> {
  await ensureBase(docker, emit);
  await ensureBuilt(
    docker,
    { tag: PROXY_IMAGE, dir: shipped('envs', 'proxy'), from: BASE_IMAGE, network: 'host' },
    emit,
  );
}
