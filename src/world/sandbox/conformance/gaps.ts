// What an engine keeps Stepwright from enforcing, which no case can show: said beside their outcomes.
import type Docker from 'dockerode';
import { ioWeightOf, NO_IO_WEIGHT } from '../container/io-weight.ts';
import { layerOf } from '../container/layer-size.ts';
import { isPodman } from '../engine/podman.ts';
import type { SandboxBackend } from '../sandbox.ts';

/** A sentence each; none for an engine of this machine whose storage can be read and whose kernel has I/O weights. */
export async function findGaps(docker: Docker, backend: SandboxBackend, image: string): Promise<string[]> {
  await using box = await backend.open({ image });
  const { dir } = await layerOf(docker.getContainer(box.id));
  const gaps: string[] = [];
  if (dir === undefined)
    gaps.push(
      "What a sandbox has written cannot be seen here (a remote engine, another user's, or a storage driver without an upper directory): " +
        'the number of its files is not limited, its bytes are measured every 5 s, and every patch is computed in a reference container.',
    );
  if (await isPodman(docker))
    gaps.push(
      'Podman limits neither the number of files in /tmp nor a network to an allow-list (asked for one, it is refused).',
    );
  if ((await ioWeightOf(docker)) === undefined) gaps.push(NO_IO_WEIGHT);
  return gaps;
}
