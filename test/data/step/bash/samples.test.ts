// The bash actions of real trajectories, those of the samples and those that ship: what the grammar cannot read of them.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadBash } from '../../../../src/data/step/bash.ts';
import { scriptOf } from '../../../../src/data/step/tools.ts';
import { readTrajectoryRows } from '../../../../src/data/trajectory/read.ts';

const root = join(import.meta.dirname, '../../../..');
const samples = ['swe-smith', 'swe-agent', 'mini-swe-agent'].map((name) => join(root, '../shared/data', name));

async function scriptsAt(paths: readonly string[]): Promise<string[]> {
  const scripts: string[] = [];
  for await (const row of readTrajectoryRows(paths)) {
    if ('why' in row) throw new Error(row.why);
    for (const { tool_call } of row.trajectory.steps)
      scripts.push(...(tool_call ? [scriptOf(tool_call) ?? []].flat() : []));
  }
  return scripts;
}

async function unparsedOf(scripts: readonly string[]): Promise<string[]> {
  const parse = await loadBash();
  return scripts.filter((script) => !parse(script).parsed);
}

test.skipIf(!samples.every(existsSync))(`all of the samples are bash (needs ${samples[0]})`, async () => {
  const scripts = await scriptsAt(samples);
  expect(scripts.length).toBeGreaterThan(60);
  expect(await unparsedOf(scripts)).toEqual([]);
});

test('all of the trajectories that ship are bash', async () => {
  const scripts = await scriptsAt([join(root, 'trajectories')]);
  expect(scripts.length).toBeGreaterThan(1000);
  expect(await unparsedOf(scripts)).toEqual([]);
});
