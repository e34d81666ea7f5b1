// A real SWE-agent trajectory in an image of its repository: marshmallow at the base commit of marshmallow-1867. Nothing of either is ours:
// the recording is read where it lies, and whoever runs this names the image (SWE-bench publishes one; the recording tells its name).
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { openBackend } from '../../src/sandbox/backend.ts';
import { loadTrajectories } from '../../src/trajectory/load.ts';
import { replayTrajectory } from '../../src/trajectory/replay.ts';

const recording = resolve('../shared/data/swe-agent/marshmallow-1867.function_calling.traj');
const image = process.env.STEPWRIGHT_MARSHMALLOW_IMAGE;

test.skipIf(image === undefined || !existsSync(recording))(
  `every step of SWE-agent's demonstration is equal, and so is its patch (needs STEPWRIGHT_MARSHMALLOW_IMAGE and ${recording})`,
  async () => {
    const [trajectory] = await loadTrajectories([recording]);
    await using box = await (await openBackend()).open({ image: image! });
    const { steps, diff_equal } = await replayTrajectory(trajectory!, box);
    expect(steps.filter(({ likeness }) => likeness === 'different')).toEqual([]);
    expect(steps).toHaveLength(11);
    expect(diff_equal).toBe(true);
  },
);
