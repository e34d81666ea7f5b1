// Where a record comes from: the commit of this program, and a short hash of the settings that made it.
import { createHash } from 'node:crypto';
import { execa } from 'execa';
import { countOf } from '../../core/run/count-of.ts';
import { silent } from '../../core/run/events.ts';
import { packageRoot } from '../../core/run/paths.ts';
import type { Trajectory } from '../../core/schema/trajectory.ts';
import { ensureEngine } from '../../world/sandbox/engine/ensure-engine.ts';
import { inspectImage } from '../../world/sandbox/images/image-state.ts';

/** Empty outside a git checkout; `+` when there were uncommitted changes. */
export async function currentCommit(): Promise<string> {
  const git = (...args: string[]) => execa('git', args, { cwd: packageRoot, reject: false });
  const head = await git('rev-parse', '--short=12', 'HEAD');
  if (head.exitCode !== 0) return '';
  const changed = await git('status', '--porcelain', '--untracked-files=no');
  return `${head.stdout}${changed.stdout === '' ? '' : '+'}`;
}

export const hashOf = (settings: unknown): string =>
  createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 12);

/** Ids of images by reference: a tag may be built anew, an id may not. */
export async function imageDigests(images: readonly string[]): Promise<Map<string, string>> {
  const { docker } = await ensureEngine(silent);
  const ids = await Promise.all(
    [...new Set(images)].map(async (image) => [image, await inspectImage(docker, image)] as const),
  );
  return new Map(ids.map(([image, info]) => [image, info?.Id ?? '']));
}

/** A sentence for each image that is another build now than the one that some trajectories were made in. */
export function otherImages(
  trajectories: readonly Pick<Trajectory, 'environment'>[],
  digests: ReadonlyMap<string, string>,
): string[] {
  const counts = new Map<string, number>();
  for (const { environment } of trajectories) {
    const { image = '', digest = '' } = environment ?? {};
    const now = digests.get(image) ?? '';
    if (digest === '' || now === '' || digest === now) continue;
    const pair = `${image} is ${now} here, and was ${digest} for`;
    counts.set(pair, (counts.get(pair) ?? 0) + 1);
  }
  return [...counts].map(([pair, count]) => `image ${pair} ${countOf(count, 'trajectory', 'trajectories')}.`);
}
