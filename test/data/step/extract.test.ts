import { describe, expect, test } from 'vitest';
import { renderAction, renderReply } from '../../../src/agents/loop/action.ts';
import type { Message } from '../../../src/core/schema/message.ts';
import { type StepInstance, stepInstanceSchema } from '../../../src/core/schema/step-instance.ts';
import { type Step, stepSchema, type Trajectory, trajectorySchema } from '../../../src/core/schema/trajectory.ts';
import { extractSteps } from '../../../src/data/step/extract.ts';
import type { ExtractOptions } from '../../../src/data/step/extract-trajectory.ts';
import { countCharacters, UNOBSERVED } from '../../../src/data/step/prompt.ts';

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

const TRAIN: ExtractOptions['splits'] = { known: new Map(), unknown: 'train' };
const characters = (limit: number) => ({ budget: { limit, measure: countCharacters } });

async function extract(trajectories: Trajectory[], options: Partial<ExtractOptions> = {}) {
  const { instances, statistics } = extractSteps(trajectories, { splits: TRAIN, ...options });
  const rows: StepInstance[] = [];
  for await (const row of instances) rows.push(row);
  return { rows, statistics: statistics() };
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
      unknown: [],
      steps: 4,
      step_instances: 4,
      dropped: {},
      kinds: { view: 2, edit: 1, submit: 1 },
      splits: { train: 4, heldout: 0 },
      steps_per_trajectory: { min: 4, median: 4, mean: 4, max: 4 },
      prompt_length: { min: 6, median: 69, mean: 91.75, max: 154 },
      action_chars: { min: 29, median: 61, mean: 58.5, max: 77 },
      clipped: 0,
      scripts: { total: 3, unparsed: [] },
    });
  });

  test('the window is the asked one', async () => {
    const { rows } = await extract([trajectory(steps)], { window: 1 });
    expect(rows[3]!.prompt).toHaveLength(4);
  });

  test('the split is the instance’s', async () => {
    const known = new Map([
      ['i1', 'train'],
      ['i2', 'heldout'],
    ] as const);
    const both = [trajectory(steps), trajectory(steps, { instance_id: 'i2', trajectory_id: 'i2/teacher/0' })];
    expect((await extract(both, { splits: { known } })).statistics.splits).toEqual({ train: 4, heldout: 4 });
  });

  test('two runs give the same rows', async () => {
    expect((await extract([trajectory(steps)])).rows).toEqual((await extract([trajectory(steps)])).rows);
  });
});

describe('what is dropped', () => {
  test.each([
    ['malformed', [malformed, submit], {}, {}, 1],
    ['unknown_instance', [submit], {}, { splits: { known: new Map() } }, 1],
    ['unresolved', [bash('ls'), submit], { resolved: false }, {}, 2],
    ['unresolved', [bash('ls'), submit], { resolved: undefined }, {}, 2],
    ['timed_out', [bash('pytest', '', { timed_out: true, exit_code: 124 }), submit], {}, {}, 1],
    ['failed_edit', [bash('sed -i s/a/b/ gone.py', 'no such file', { exit_code: 2 }), submit], {}, {}, 1],
    ['repeated', [bash('ls'), bash('ls'), submit], {}, {}, 1],
    ['too_long', [bash('cat a', 'x'.repeat(500)), submit], {}, characters(100), 1],
    ['last', [bash('ls'), submit], {}, { keep: [] }, 1],
  ] as const)('%s', async (why, steps, more, options, count) => {
    const given = [trajectory([...steps], more as Partial<Trajectory>)];
    const { rows, statistics } = await extract(given, options as Partial<ExtractOptions>);
    expect(statistics.dropped).toEqual({ [why]: count });
    expect(rows).toHaveLength(steps.length - count);
    expect(statistics.steps).toBe(statistics.step_instances + count);
    if (why === 'unknown_instance') return;
    expect(
      (await extract(given, { ...options, keep: ['last', why] } as Partial<ExtractOptions>)).statistics.dropped,
    ).toEqual({});
  });

  test('a second copy of a trajectory', async () => {
    const { statistics } = await extract([trajectory([submit]), trajectory([submit])]);
    expect(statistics).toMatchObject({ step_instances: 1, dropped: { duplicate: 1 } });
  });

  test('not the steps of a resolved attempt for the sake of an unresolved one of the same id', async () => {
    const pending = trajectory([bash('ls')], { resolved: false });
    const { statistics } = await extract([pending, trajectory([submit])]);
    expect(statistics).toMatchObject({ step_instances: 1, dropped: { unresolved: 1 } });
  });

  test('a trajectory of another tool is taken without a verdict and trained on, unless it is known to be unresolved', async () => {
    const imported = { provenance: { source_format: 'swe-smith' } } as Partial<Trajectory>;
    const splits = { known: new Map() };
    const unjudged = trajectory([submit], { ...imported, resolved: undefined });
    expect((await extract([unjudged], { splits })).rows.map(({ split }) => split)).toEqual(['train']);
    const unresolved = trajectory([submit], { ...imported, resolved: false });
    expect((await extract([unresolved], { splits })).statistics.dropped).toEqual({ unresolved: 1 });
  });

  test.each([
    'OBSERVATION:\nNo replacement was performed, old_str `x` did not appear verbatim in /testbed/a.py.',
    'EXECUTION RESULT of [str_replace_editor]:\nERROR:\nInvalid `path` parameter: /testbed/b.py',
    'OBSERVATION:\nThe path /testbed/b.py does not exist. Please provide a valid path.',
  ])('an edit whose exit code is not known and that answers %j', async (observation) => {
    const edit = (more: Partial<Step>) =>
      stepSchema.parse({
        thought: '',
        action: 'edit',
        tool_call: { name: 'str_replace_editor', arguments: { command: 'str_replace', path: '/testbed/a.py' } },
        ...more,
      });
    const done = edit({ observation: 'OBSERVATION:\nThe file /testbed/a.py has been edited. ERROR: is in its text' });
    const { statistics } = await extract([trajectory([edit({ observation }), done, submit])]);
    expect(statistics.dropped).toEqual({ failed_edit: 1 });
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

describe('the commands of a step', () => {
  const steps = [bash('cd src && ls | wc -l; pytest', 'OBSERVATION:\n3\n1 passed', { cwd: '/testbed' }), submit];
  const byCommand = { granularity: 'command' } as const;

  test('are instances of their own where each can be run by itself', async () => {
    const { rows, statistics } = await extract([trajectory(steps)], byCommand);
    expect(rows.map((row) => stepInstanceSchema.parse(row))).toEqual(rows);
    expect(rows.map(({ id, action, kind, command }) => [id, action, kind, command])).toEqual([
      ['i1/teacher/0#0.0', bash('cd src').action, 'other', { index: 0, count: 3, bytes: [0, 6], cwd: '/testbed' }],
      [
        'i1/teacher/0#0.1',
        bash('ls | wc -l').action,
        'view',
        { index: 1, count: 3, bytes: [10, 20], cwd: '/testbed/src' },
      ],
      [
        'i1/teacher/0#0.2',
        bash('pytest').action,
        'run_tests',
        { index: 2, count: 3, bytes: [22, 28], cwd: '/testbed/src' },
      ],
      ['i1/teacher/0#1', submit.action, 'submit', undefined],
    ]);
    expect(statistics).toMatchObject({ steps: 2, step_instances: 4 });
  });

  test('see those before them in the call, whose output nobody saw apart', async () => {
    const { rows } = await extract([trajectory(steps)], byCommand);
    expect(rows[0]!.prompt).toHaveLength(2);
    expect(rows[2]!.prompt.slice(2)).toEqual([
      { role: 'assistant', content: bash('cd src && ls | wc -l').action },
      UNOBSERVED,
    ]);
    expect(rows[3]!.prompt.slice(2)).toEqual([
      { role: 'assistant', content: steps[0]!.action },
      { role: 'user', content: steps[0]!.observation },
    ]);
  });

  test('of a script that is no bash are the script, flagged', async () => {
    const { rows, statistics } = await extract([trajectory([bash("echo 'open"), submit])], byCommand);
    expect(rows[0]).toMatchObject({
      action: bash("echo 'open").action,
      parsed: false,
      kind: 'other',
      command: { count: 1 },
    });
    expect(statistics.scripts).toEqual({ total: 1, unparsed: ['i1/teacher/0#0'] });
  });
});

describe('the prompt', () => {
  const long = Array.from({ length: 400 }, (_, i) => `line ${i}`).join('\n');

  test('clips observations that are longer than asked, and says so', async () => {
    const { rows } = await extract([trajectory([bash('cat a', long), submit])], { observationChars: 200 });
    const seen = rows[1]!.prompt.at(-1)!.content;
    expect(seen).toMatch(/^line 0\n[\s\S]*<response clipped: \d+ of \d+ characters left out here[\s\S]*line 399$/);
    expect(seen.length).toBeLessThan(400);
  });

  test('clips them as hard as its budget asks for, the opening and the actions never', async () => {
    const steps = [bash('cat a', long), submit];
    const whole = (await extract([trajectory(steps)])).rows[1]!.prompt;
    const { rows, statistics } = await extract([trajectory(steps)], characters(1200));
    const clipped = rows[1]!.prompt;
    expect(countCharacters(clipped)).toBeLessThanOrEqual(1200);
    expect(clipped.slice(0, 3)).toEqual(whole.slice(0, 3));
    expect(clipped[3]!.content).toContain('<response clipped');
    expect(statistics).toMatchObject({ clipped: 1, step_instances: 2, dropped: {} });
    expect((await extract([trajectory(steps)], characters(countCharacters(whole)))).rows[1]!.prompt).toEqual(whole);
  });

  test('begins with all that stands before the first step, a demonstration too', async () => {
    const demonstrated = trajectory([submit]);
    demonstrated.messages.unshift({ role: 'user', content: 'watch' }, { role: 'assistant', content: submit.action });
    demonstrated.steps[0]!.message = 4;
    const { rows } = await extract([demonstrated]);
    expect(rows[0]!.prompt.map(({ content }) => content)).toEqual(['watch', submit.action, 'S', 'issue']);
  });
});
