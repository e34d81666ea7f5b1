// Real SWE-agent trajectories in an image of their repository: marshmallow at the base commit of marshmallow-1867. Nothing of either is ours:
// the recordings are read where they lie, and whoever runs this names the image (SWE-bench publishes one; the recordings tell its name).
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { replayTrajectory } from '../../../src/data/replay/replay.ts';
import { loadTrajectories } from '../../../src/data/trajectory/load.ts';
import { openBackend } from '../../../src/world/sandbox/backend.ts';

const image = process.env.STEPWRIGHT_MARSHMALLOW_IMAGE;
const recordings = resolve('../shared/data/swe-agent');

test.skipIf(image === undefined || !existsSync(recordings)).each([
  ['1.0, tool calls', 'marshmallow-1867.function_calling.traj'],
  ['0.7, command lines', 'marshmallow-1867.xml.traj'],
])(
  `every step of SWE-agent's demonstration is equal, and so is its patch: %s (needs STEPWRIGHT_MARSHMALLOW_IMAGE and ${recordings})`,
  async (_, name) => {
    const [trajectory] = await loadTrajectories([resolve(recordings, name)]);
    await using box = await (await openBackend()).open({ image: image! });
    const { steps, diff_equal } = await replayTrajectory(trajectory!, box);
    expect(steps.filter(({ likeness }) => likeness === 'different')).toEqual([]);
    expect(steps).toHaveLength(11);
    expect(diff_equal).toBe(true);
  },
);
