// The image of the proxy that a set-up step reaches its allowed hosts through.
import type Docker from 'dockerode';
import type { Emit } from '../../run/events.ts';
import { shipped } from '../../run/paths.ts';
import { withLock } from '../engine/lock.ts';
import { BASE_IMAGE, ensureBase } from './base-image.ts';
import { buildImage } from './build-image.ts';
import { type ImageSource, imageState } from './image-state.ts';

export const PROXY_IMAGE = 'stepwright/proxy:1';

const source: ImageSource = { tag: PROXY_IMAGE, dir: shipped('envs', 'proxy'), from: BASE_IMAGE };

export async function ensureProxyImage(docker: Docker, emit: Emit): Promise<void> {
  await ensureBase(docker, emit);
  await withLock(PROXY_IMAGE, async () => {
    if ((await imageState(docker, source)) === 'built') return;
    emit({ type: 'note', text: `building ${PROXY_IMAGE}` });
    await buildImage(docker, source);
  });
}
