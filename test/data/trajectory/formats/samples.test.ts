// Real trajectories of other tools: whole, counted as an independent program counts them, and with every action to the byte.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Trajectory, trajectorySchema } from '../../../../src/core/schema/trajectory.ts';
import { toSweSmith } from '../../../../src/data/trajectory/formats/out/swe-smith.ts';
import { readTrajectoryRows } from '../../../../src/data/trajectory/read.ts';
import { describeBad } from '../../../../src/data/trajectory/rejected.ts';

const data = resolve('../shared/data');

async function trajectoriesAt(path: string): Promise<Trajectory[]> {
  const read: Trajectory[] = [];
  for await (const row of readTrajectoryRows([path])) {
    if ('why' in row) throw new Error(describeBad(row));
    read.push(row.trajectory);
  }
  return read;
}

describe.skipIf(!existsSync(data))(`the samples (skipped where ${data} is absent)`, () => {
  test.each([
    ['swe-smith', 4, 125],
    ['swe-agent', 2, 22],
    ['mini-swe-agent', 1, 10],
  ])('%s: every trajectory, with the steps and actions that Python finds', async (folder, count, steps) => {
    const files = readdirSync(join(data, folder)).filter((name) => /\.(jsonl|traj|traj\.json)$/.test(name));
    const paths = files.sort().map((name) => join(data, folder, name));
    const counted = execFileSync('python3', [join(import.meta.dirname, 'count.py'), ...paths], { maxBuffer: 1e8 });
    const expected = counted
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).actions);
    const read = await trajectoriesAt(join(data, folder));
    expect(read.map((trajectory) => trajectory.steps.map(({ action }) => action))).toEqual(expected);
    expect([read.length, read.flatMap((trajectory) => trajectory.steps).length]).toEqual([count, steps]);
    for (const trajectory of read) {
      expect(trajectorySchema.parse(trajectory)).toEqual(trajectory);
      expect(trajectory.steps.filter(({ malformed }) => malformed)).toEqual([]);
      expect(trajectory).toMatchObject({ ending: 'submitted', totals: { steps: trajectory.steps.length } });
    }
  });

  test("SWE-smith's rows come out again as they went in", async () => {
    const file = join(data, 'swe-smith/ft_xml_example.jsonl');
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    const read = await trajectoriesAt(file);
    for (const [n, trajectory] of read.entries()) {
      const { traj_id, ...row } = toSweSmith(trajectory);
      expect(row).toEqual(JSON.parse(lines[n]!));
      expect(traj_id).toMatch(/^\S+\.[0-9a-f]{8}$/);
    }
  });

  test('a row knows where it stands: the bytes at its offset are it', async () => {
    const file = join(data, 'swe-smith/ft_xml_example.jsonl');
    const bytes = readFileSync(file);
    for (const { provenance, instance_id } of await trajectoriesAt(file)) {
      const { line, byte_offset } = provenance.source!;
      const row = JSON.parse(bytes.subarray(byte_offset, bytes.indexOf('\n', byte_offset)).toString());
      expect([row.instance_id, line]).toEqual([
        instance_id,
        bytes.subarray(0, byte_offset).toString().split('\n').length,
      ]);
    }
  });

  test("SWE-agent's observations are told as they were shown, and as they were", async () => {
    const [trajectory] = await trajectoriesAt(join(data, 'swe-smith/pydantic__pydantic.acb0f10f.pr_8316.traj'));
    expect(trajectory).toMatchObject({
      instance_id: 'pydantic__pydantic.acb0f10f.pr_8316',
      model: { name: 'claude-3-7-sonnet-20250219' },
      agent: { name: 'swe-agent', version: '1.0.1' },
      environment: { image: 'swesmith.x86_64.pydantic__pydantic.acb0f10f' },
      exit_status: 'submitted',
      totals: { model_calls: 22, cost_usd: 0.3017616, usage: { input_tokens: 161683, output_tokens: 968 } },
    });
    const { steps, messages } = trajectory!;
    expect(steps[1]).toMatchObject({
      action: 'str_replace_editor view /testbed/pydantic/alias_generators.py',
      tool_call: {
        name: 'str_replace_editor',
        arguments: { command: 'view', path: '/testbed/pydantic/alias_generators.py' },
      },
      cwd: '/testbed',
      duration_ms: 146.5233569999782,
    });
    expect(steps[1]!.observation).toBe(`OBSERVATION:\n${steps[1]!.raw_output}`);
    expect(steps[20]).toMatchObject({
      raw_output: '',
      observation: 'Your command ran successfully and did not produce any output.',
    });
    for (const step of steps)
      expect(messages[step.message!]).toMatchObject({ role: 'assistant', tool_calls: [step.tool_call] });
    expect(steps.every((step) => !('exit_code' in step))).toBe(true);
  });
});
