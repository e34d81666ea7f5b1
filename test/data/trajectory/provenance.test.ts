import { expect, test } from 'vitest';
import { otherImages } from '../../../src/data/trajectory/provenance.ts';
import { aTrajectory } from '../../support/trajectory.ts';

const madeIn = (image: string, digest: string) => aTrajectory({ environment: { image, digest, limits: {} } });

test('images that are another build than trajectories were made in are named; what is not known is not', () => {
  const trajectories = [
    ...[madeIn('a:1', 'sha256:old'), madeIn('a:1', 'sha256:old'), madeIn('a:1', 'sha256:new')],
    ...[madeIn('b:1', ''), madeIn('gone:1', 'sha256:x')],
  ];
  const digests = new Map([
    ['a:1', 'sha256:new'],
    ['b:1', 'sha256:b'],
    ['gone:1', ''],
  ]);
  expect(otherImages(trajectories, digests)).toEqual([
    'image a:1 is sha256:new here, and was sha256:old for 2 trajectories.',
  ]);
});
