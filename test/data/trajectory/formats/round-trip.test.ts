// A trajectory written in a format and read back is the same in all that the format carries, and is written the same again.
import { describe, expect, test } from 'vitest';
import type { Step, Trajectory } from '../../../../src/core/schema/trajectory.ts';
import { trajectorySchema } from '../../../../src/core/schema/trajectory.ts';
import { importRow } from '../../../../src/data/trajectory/formats/import.ts';
import { type FormatName, writers } from '../../../../src/data/trajectory/formats/writers.ts';
import { anyTrajectory } from './any-trajectory.ts';

const CASES = 300;

/** What every format carries of a step: what was thought, done and answered. */
const essence = ({ thought, action, tool_call, observation, malformed }: Step) =>
  malformed
    ? { action, observation }
    : { thought, call: { name: tool_call?.name, arguments: tool_call?.arguments }, observation };
const asText = (step: Step) => {
  const { call, ...rest } = essence(step);
  const texts = Object.entries(call?.arguments ?? {}).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return { ...rest, call: { name: call?.name, texts } };
};
const columns = ({ trajectory_id, instance_id, model, patch, resolved, exit_status }: Trajectory) => ({
  trajectory_id,
  instance_id,
  model: model?.name,
  patch,
  resolved,
  exit_status,
});
const ids = ({ steps }: Trajectory) => steps.map(({ tool_call }, k) => tool_call && (tool_call.id ?? `call_${k}`));

const carried: Record<FormatName, (trajectory: Trajectory) => unknown> = {
  stepwright: (trajectory) => trajectory,
  'swe-smith': (trajectory) => ({ ...columns(trajectory), steps: trajectory.steps.map(asText) }),
  openai: (trajectory) => ({
    ...columns(trajectory),
    tools: trajectory.tools,
    ids: ids(trajectory),
    steps: trajectory.steps.map((step) => ({ ...essence(step), reasoning: step.reasoning })),
  }),
  mini: ({ agent: _, ...trajectory }) => ({
    ...columns(trajectory),
    attempt: trajectory.attempt,
    ending: trajectory.ending,
    error: trajectory.error,
    cost: trajectory.totals.cost_usd,
    steps: trajectory.steps.map((step) => {
      const { exit_code, timed_out, raw_output, usage, cost_usd, time } = step;
      const spent = { usage, cost_usd, time };
      if (step.malformed) return { ...essence(step), ...spent };
      const came = step.observation === undefined ? {} : { exit_code, timed_out, raw: raw_output ?? step.observation };
      return { ...essence(step), ...spent, ...came, reasoning: step.reasoning };
    }),
  }),
  atif: (trajectory) => {
    const { agent, attempt, ending, error, tools, totals } = trajectory;
    const steps = trajectory.steps.map(({ message: _, thought, tool_call, ...step }) => ({
      ...step,
      call: tool_call?.name,
      arguments: tool_call?.arguments,
      ...(!step.malformed && { thought }),
    }));
    return { ...columns(trajectory), agent, attempt, ending, error, tools, totals, ids: ids(trajectory), steps };
  },
};

const read = (row: unknown): Trajectory => {
  const text = JSON.stringify(row);
  const place = { file: 'a.jsonl', line: 1, byteOffset: 0, bytes: Buffer.from(text) };
  const [item, ...more] = importRow({ ...place, value: JSON.parse(text) });
  expect(more).toEqual([]);
  expect(item).not.toHaveProperty('why');
  return item as Trajectory;
};

describe.each(Object.keys(writers) as FormatName[])('%s', (name) => {
  test(`gives back what it carries, in ${CASES} trajectories by chance`, () => {
    for (let n = 0; n < CASES; n++) {
      const before = anyTrajectory(`${name} ${n}`);
      expect(trajectorySchema.parse(before)).toEqual(before);
      const row = writers[name](before);
      const after = read(row);
      expect(trajectorySchema.parse(after), `case ${n}`).toEqual(after);
      expect(carried[name](after), `case ${n}`).toEqual(carried[name](before));
      expect(JSON.parse(JSON.stringify(writers[name](after))), `case ${n}`).toEqual(JSON.parse(JSON.stringify(row)));
    }
  });
});
