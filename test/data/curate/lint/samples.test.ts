// The linter on other tools' trajectories, as they lie; and on the same with their patch or their ending changed.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Trajectory } from '../../../../src/core/schema/trajectory.ts';
import { openLinter } from '../../../../src/data/curate/lint/lint.ts';
import { ruleNames } from '../../../../src/data/curate/lint/rules.ts';
import { writeScopeOf } from '../../../../src/data/step/write-scope.ts';
import { readTrajectoryRows } from '../../../../src/data/trajectory/read.ts';

const data = join(import.meta.dirname, '../../../../../shared/data');
const folders = ['swe-smith', 'swe-agent', 'mini-swe-agent'].map((name) => join(data, name));
const skip = !existsSync(data);

async function samples(): Promise<Trajectory[]> {
  const read: Trajectory[] = [];
  for await (const row of readTrajectoryRows(folders)) {
    if ('why' in row) throw new Error(row.why);
    read.push(row.trajectory);
  }
  return read;
}

async function rulesBrokenBy(...trajectories: Trajectory[]): Promise<string[]> {
  const linter = openLinter(ruleNames, { writeScopeOf, similarity: 0.8 });
  const broken: string[] = [];
  for (const trajectory of trajectories)
    for (const { rule } of await linter.lint(trajectory, { file: 'sample', line: 1 })) broken.push(rule);
  return broken;
}

test.skipIf(skip)(
  `none of the samples has an error, and one attempt in two formats is a near-duplicate (needs ${data})`,
  async () => {
    const broken = await rulesBrokenBy(...(await samples()));
    expect(new Set(broken)).toEqual(new Set(['near_duplicate']));
  },
);

test.skipIf(skip)(
  `any added line of a real patch that is another than the editor wrote is told (needs ${data})`,
  async () => {
    const real = (await samples()).find(({ patch, instance_id }) => patch && instance_id?.startsWith('pydantic'))!;
    const lines = real.patch!.split('\n');
    const added = lines.flatMap((line, index) => (/^\+[^+].*\w{3}/.test(line) ? [index] : []));
    expect(added.length).toBeGreaterThan(10);
    for (const index of added) {
      const patch = lines.with(index, lines[index]!.replace(/\w{3}/, 'another')).join('\n');
      expect(await rulesBrokenBy({ ...real, patch })).toEqual(['patch']);
    }
  },
);

test.skipIf(skip)(`an ending that SWE-smith rewrote is told (needs ${data})`, async () => {
  const real = (await samples()).find(({ provenance, patch }) => provenance.source_format === 'swe-smith' && !patch)!;
  const thought = "Since we have successfully fixed the issue and verified it works, let's submit the changes:";
  const steps = real.steps.with(-1, { ...real.steps.at(-1)!, thought });
  expect(await rulesBrokenBy({ ...real, steps })).toEqual(['rewritten_ending']);
});
