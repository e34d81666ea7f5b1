// Equal hashes: the same actions with the same observations, whatever the ids, the model's name and the format say.
import { createHash } from 'node:crypto';
import type { Trajectory } from '../../../core/schema/trajectory.ts';
import { actionText } from './shingles.ts';

export function contentHash({ steps }: Pick<Trajectory, 'steps'>): string {
  const hash = createHash('sha256');
  for (const step of steps) hash.update(`${actionText(step)}\0${step.observation ?? ''}\0`);
  return hash.digest('base64');
}
