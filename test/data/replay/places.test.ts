import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Trajectory } from '../../../src/core/schema/trajectory.ts';
import { findPlaces } from '../../../src/data/replay/places.ts';
import { anInstance } from '../../support/instance.ts';
import { temporaryFolder } from '../../support/temp.ts';
import { aTrajectory } from '../../support/trajectory.ts';

const instance = anInstance({ instance_id: 'toy__1', image: 'toy:1' });

function suiteFile(): string {
  const file = join(temporaryFolder(), 'tasks.jsonl');
  writeFileSync(file, `${JSON.stringify(instance)}\n`);
  return file;
}

const from = (provenance: Partial<Trajectory['provenance']>): Trajectory =>
  aTrajectory({ provenance: { source_format: 'stepwright', ...provenance } });

test('an instance is found in --tasks, or in the suite that its trajectory remembers', async () => {
  const file = suiteFile();
  for (const [trajectory, tasks] of [
    [from({}), [file]],
    [from({ suite: file }), []],
  ] as const) {
    const { places, unknown } = await findPlaces([trajectory], { tasks });
    expect(places.get(trajectory)).toMatchObject({ image: 'toy:1', instance: { instance_id: 'toy__1' } });
    expect(unknown).toEqual([]);
  }
});

test('a trajectory of an unknown instance is never replayed as if it were known', async () => {
  const known = from({});
  const strange = aTrajectory({
    instance_id: 'strange__1',
    provenance: { source_format: 'stepwright', suite: '/gone.jsonl' },
  });
  const { places, unknown } = await findPlaces([known, strange], { tasks: [suiteFile()] });
  expect([...places.keys()]).toEqual([known]);
  expect(unknown).toEqual([strange]);
});

test('the image that another tool names, or that the user names, needs no instance', async () => {
  const foreign = aTrajectory({ instance_id: 'strange__1', provenance: { source_format: 'swe-agent' } });
  const own = aTrajectory({ instance_id: 'strange__1' });
  const { places } = await findPlaces([foreign], { tasks: [suiteFile()] });
  expect(places.get(foreign)).toEqual({ image: foreign.environment?.image });
  expect((await findPlaces([own], { image: 'mine:1', tasks: [] })).places.get(own)).toEqual({ image: 'mine:1' });
});
