import { describe, expect, test } from 'vitest';
import { renderAction, renderReply } from '../../src/agent/action.ts';
import type { Message } from '../../src/schema/message.ts';
import { type StepInstance, stepInstanceSchema } from '../../src/schema/step-instance.ts';
import { type Step, stepSchema, type Trajectory, trajectorySchema } from '../../src/schema/trajectory.ts';
import { type ExtractOptions, extractSteps } from '../../src/step/extract.ts';

const bash = (command: string, observation = 'ok', more: Partial<Step> = {}): Step => {
  const tool_call = { name: 'bash', arguments: { command } };
  return stepSchema.parse({
    thought: `t ${command}`,
    action: renderAction(tool_call),
    tool_call,
    observation,
    exit_code: 0,
    ...more,
  });
};
const submit = stepSchema.parse({
  thought: 'done',
  action: '<function=submit>\n</function>',
  tool_call: { name: 'submit', arguments: {} },
  observation: '',
});
const malformed = stepSchema.parse({
  thought: '',
  action: 'no action here',
  observation: 'wrong format',
  malformed: true,
});

function trajectory(steps: Step[], more: Partial<Trajectory> = {}): Trajectory {
  const messages: Message[] = [
    { role: 'system', content: 'S' },
    { role: 'user', content: 'issue' },
  ];
  for (const step of steps)
    messages.push(
      { role: 'assistant', content: renderReply(step.thought, step.action) },
      { role: 'user', content: step.observation ?? '' },
    );
  return trajectorySchema.parse({
    schema_version: 1,
    trajectory_id: 'i1/teacher/0',
    instance_id: 'i1',
    model: { name: 'teacher' },
    agent: { name: 'a', prompt_hash: 'h' },
    environment: { image: 'x' },
    messages,
    steps,
    ending: 'submitted',
    patch: 'p',
    resolved: true,
    totals: { steps: steps.length, duration_ms: 1, usage: {}, cost_usd: 0 },
    provenance: {},
    ...more,
  });
}

async function extract(trajectories: Trajectory[], options: Partial<ExtractOptions> = {}) {
  const { instances, statistics } = extractSteps(trajectories, { splitOf: () => 'train', ...options });
  const rows: StepInstance[] = [];
  for await (const row of instances) rows.push(row);
  return { rows, statistics };
}

describe('a step instance', () => {
  const steps = [bash('ls'), bash('cat a.py'), bash('sed -i s/a/b/ a.py'), submit];

  test('holds the context, the action and where it comes from', async () => {
    const { rows } = await extract([trajectory(steps)]);
    expect(rows.map((row) => stepInstanceSchema.parse(row))).toEqual(rows);
    expect(rows[3]).toEqual({
      id: 'i1/teacher/0#3',
      instance_id: 'i1',
      trajectory_id: 'i1/teacher/0',
      step: 3,
      steps: 4,
      prompt: [
        { role: 'system', content: 'S' },
        { role: 'user', content: 'issue' },
        { role: 'assistant', content: steps[1]!.action },
        { role: 'user', content: 'ok' },
        { role: 'assistant', content: steps[2]!.action },
        { role: 'user', content: 'ok' },
      ],
      action: '<function=submit>\n</function>',
      thought: 'done',
      tool: 'submit',
      kind: 'submit',
      split: 'train',
    });
  });

  test('is made of every step; the first has no pairs', async () => {
    const { rows, statistics } = await extract([trajectory(steps)]);
    expect(rows[0]!.prompt).toHaveLength(2);
    expect(statistics).toEqual({
      trajectories: 1,
      steps: 4,
      step_instances: 4,
      dropped: {},
      kinds: { view: 2, edit: 1, submit: 1 },
      splits: { train: 4, heldout: 0 },
    });
  });

  test('the window is the asked one', async () => {
    const { rows } = await extract([trajectory(steps)], { window: 1 });
    expect(rows[3]!.prompt).toHaveLength(4);
  });

  test('the split is the instance’s', async () => {
    const splitOf = (id: string) => (id === 'i1' ? 'train' : 'heldout');
    const both = [trajectory(steps), trajectory(steps, { instance_id: 'i2', trajectory_id: 'i2/teacher/0' })];
    expect((await extract(both, { splitOf })).statistics.splits).toEqual({ train: 4, heldout: 4 });
  });

  test('two runs give the same rows', async () => {
    expect((await extract([trajectory(steps)])).rows).toEqual((await extract([trajectory(steps)])).rows);
  });
});

describe('what is dropped', () => {
  test.each([
    ['malformed', [malformed, submit], {}, {}, 1],
    ['unknown_instance', [submit], {}, { splitOf: () => undefined }, 1],
    ['unresolved', [bash('ls'), submit], { resolved: false }, {}, 2],
    ['unresolved', [bash('ls'), submit], { resolved: undefined }, {}, 2],
    ['timed_out', [bash('pytest', '', { timed_out: true, exit_code: 124 }), submit], {}, {}, 1],
    ['failed_edit', [bash('sed -i s/a/b/ gone.py', 'no such file', { exit_code: 2 }), submit], {}, {}, 1],
    ['repeated', [bash('ls'), bash('ls'), submit], {}, {}, 1],
    ['too_long', [bash('cat a', 'x'.repeat(500)), submit], {}, { maxPromptChars: 100 }, 1],
  ] as const)('%s', async (why, steps, more, options, count) => {
    const given = [trajectory([...steps], more as Partial<Trajectory>)];
    const { rows, statistics } = await extract(given, options as Partial<ExtractOptions>);
    expect(statistics.dropped).toEqual({ [why]: count });
    expect(rows).toHaveLength(steps.length - count);
    expect(statistics.steps).toBe(statistics.step_instances + count);
    if (why === 'malformed' || why === 'unknown_instance') return;
    expect((await extract(given, { ...options, keep: [why] } as Partial<ExtractOptions>)).statistics.dropped).toEqual(
      {},
    );
  });

  test('a second copy of a trajectory', async () => {
    const { statistics } = await extract([trajectory([submit]), trajectory([submit])]);
    expect(statistics).toMatchObject({ step_instances: 1, dropped: { duplicate: 1 } });
  });

  test('not a command that fails: a failing test run is what an engineer looks at', async () => {
    const failing = bash('pytest', '1 failed', { exit_code: 1 });
    expect((await extract([trajectory([failing, submit])])).statistics.dropped).toEqual({});
  });

  test('not the same test run after an edit, nor the same command with another outcome', async () => {
    const steps = [
      bash('pytest', '1 failed'),
      bash('sed -i s/a/b/ a.py'),
      bash('pytest', '1 failed'),
      bash('pytest', 'flaky'),
      submit,
    ];
    expect((await extract([trajectory(steps)])).statistics.dropped).toEqual({});
  });

  test('a dropped step still stands in the context of the next', async () => {
    const { rows } = await extract([trajectory([malformed, submit])]);
    expect(rows[0]!.prompt.slice(2)).toEqual([
      { role: 'assistant', content: 'no action here' },
      { role: 'user', content: 'wrong format' },
    ]);
  });
});
