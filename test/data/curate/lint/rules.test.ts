// Each rule on a trajectory that breaks it, and all of them on those that break none.
import { expect, test } from 'vitest';
import type { Message } from '../../../../src/core/schema/message.ts';
import type { Attempt } from '../../../../src/core/schema/trajectory.ts';
import { type Finding, openLinter } from '../../../../src/data/curate/lint/lint.ts';
import { type RuleName, ruleNames } from '../../../../src/data/curate/lint/rules.ts';
import { writeScopeOf } from '../../../../src/data/step/write-scope.ts';
import { loadTrajectories } from '../../../../src/data/trajectory/load.ts';
import { githubToken } from '../../../support/fake-secrets.ts';
import { aTrajectory, bashStep } from '../../../support/trajectory.ts';

const context = { writeScopeOf, similarity: 0.8 };
const place = { file: 'f.jsonl', line: 7 };

const submit = bashStep('', '', {
  action: '<function=submit>\n</function>',
  tool_call: { name: 'submit', arguments: {} },
});
const look = bashStep('cat a.py', 'OBSERVATION:\nx = 1\n');
const sound = (more: Partial<Attempt> = {}): Attempt => aTrajectory({ steps: [look, submit], ...more });

/** Every message but those at `index`, which `by` takes the place of. */
const withMessages = (index: number, count: number, ...by: Message[]): Partial<Attempt> => ({
  messages: sound().messages.toSpliced(index, count, ...by),
});

async function findings(trajectories: readonly Attempt[], rules: readonly RuleName[] = ruleNames): Promise<Finding[]> {
  const linter = openLinter(rules, context);
  const all: Finding[] = [];
  for (const [index, trajectory] of trajectories.entries())
    all.push(...(await linter.lint(trajectory, { ...place, line: index + 1 })));
  return all;
}

const say = ({ rule, step, message }: Finding): string => `${rule}${step === undefined ? '' : `#${step}`}: ${message}`;

test('a sound trajectory has no findings', async () => {
  expect(await findings([sound()])).toEqual([]);
});

const rewritten = "Since we have successfully fixed the issue and verified it works, let's submit the changes:";
const dated = (...times: string[]) => sound({ steps: times.map((time) => ({ ...look, time })) });
const tools = [{ name: 'bash', description: '', parameters: { required: ['command'] } }];
const edited = bashStep('', 'The file /testbed/a.py has been edited.', {
  tool_call: {
    name: 'str_replace_editor',
    arguments: { command: 'str_replace', path: '/testbed/a.py', old_str: 'x = 1', new_str: 'x = 2' },
  },
});
const call = (id: string): Message => ({
  role: 'assistant',
  content: '',
  tool_calls: [{ id, name: 'bash', arguments: {} }],
});
const result = (tool_call_id: string): Message => ({ role: 'tool', content: look.observation, tool_call_id });

test.each<[RuleName, Attempt, string[]]>([
  ['roles', sound(withMessages(0, 2)), ['the assistant speaks before any user']],
  [
    'roles',
    sound(withMessages(4, 0, { role: 'system', content: 's' })),
    ['message 4: a system message after the first reply'],
  ],
  ['roles', sound(withMessages(4, 0, { role: 'user', content: 'u' })), ['message 4: two user messages in a row']],
  ['roles', sound({ messages: [] }), ['no message is of the assistant']],
  ['steps', sound({ steps: [look], ...withMessages(0, 0) }), ['2 replies in the messages, but 1 step']],
  ['steps', sound({ totals: { ...sound().totals, steps: 3 } }), ['`totals.steps` is 3, but there are 2 steps']],
  ['steps', sound(withMessages(2, 1, { role: 'assistant', content: 'no' })), ['0: message 2 does not hold its action']],
  [
    'steps',
    sound(withMessages(3, 1, { role: 'user', content: 'no' })),
    ['0: the messages after its reply do not show its observation'],
  ],
  [
    'steps',
    sound({
      ...withMessages(0, 0),
      steps: [
        { ...look, message: 1 },
        { ...submit, message: 4 },
      ],
    }),
    ['0: message 1 is no reply of the assistant', 'message 2: a reply without a step'],
  ],
  [
    'steps',
    sound({
      ...withMessages(0, 0),
      steps: [
        { ...submit, message: 4 },
        { ...look, message: 2 },
      ],
    }),
    ['1: its reply stands before that of the step before'],
  ],
  ['steps', sound({ ...withMessages(0, 0), steps: [{ ...look, message: 2 }] }), ['message 4: a reply without a step']],
  ['orphaned_observation', sound(withMessages(2, 0, result('a'))), ["message 2: a tool's result before any reply"]],
  [
    'orphaned_observation',
    sound(withMessages(2, 2, call('a'), result('b'))),
    ["message 3: a tool's result for a call that the reply before it does not make"],
  ],
  ['orphaned_observation', sound(withMessages(2, 2, call('a'), result('a'))), []],
  [
    'orphaned_observation',
    sound(withMessages(2, 2, call('a'), result('a'), { role: 'tool', content: 'more' })),
    ["message 4: a tool's result after all calls were answered"],
  ],
  ['unanswered_action', sound(withMessages(3, 1)), ['0: no observation answers it']],
  [
    'elided_observation',
    sound({ steps: [{ ...look, observation: 'Old environment output: (12 lines omitted)' }] }),
    ["0: its observation was left out by SWE-agent's history processor"],
  ],
  [
    'malformed_action',
    sound({ steps: [{ ...look, malformed: true }] }),
    ['0: its reply holds no action that can be read'],
  ],
  ['unknown_tool', sound({ tools }), ['1: calls `submit`, which `tools` does not list']],
  [
    'unknown_tool',
    sound({ tools, steps: [{ ...look, tool_call: { name: 'bash', arguments: {} } }] }),
    ['0: calls `bash` without `command`'],
  ],
  [
    'rewritten_ending',
    sound({ steps: [look, { ...submit, thought: rewritten }] }),
    ["1: the submission is SWE-smith's rewriting of an exit by the cost limit: the model did not submit"],
  ],
  ['rewritten_ending', sound({ steps: [look, { ...submit, thought: "Let's submit the changes:" }] }), []],
  [
    'forced_ending',
    sound({ exit_status: 'submitted (exit_cost)' }),
    ['the harness submitted for the model, which ended by `exit_cost`'],
  ],
  [
    'forced_ending',
    sound({ steps: [look, { ...look, action: 'Exit due to context window' }] }),
    ['1: the reply is a text of the harness, not of the model'],
  ],
  ['unsubmitted', sound({ steps: [look] }), ['the ending is `submitted`, but the last action does not submit']],
  ['unsubmitted', sound({ steps: [bashStep('echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT && git diff', '')] }), []],
  [
    'time',
    dated('2026-01-01T00:00:02Z', '2026-01-01T00:00:02Z', '2026-01-01T00:00:00.5Z'),
    ['2: starts 1.5 s before step 1'],
  ],
  ['time', dated('yesterday'), ['0: `time` is not ISO 8601']],
  [
    'secret',
    sound({ steps: [bashStep(`echo ${githubToken()}`, githubToken()), submit] }),
    ['0: github_token of 40 characters in its `action`'],
  ],
  ['secret', sound({ patch: `+TOKEN = "${githubToken()}"` }), ['github_token of 40 characters in `patch`']],
  [
    'mail',
    sound(withMessages(1, 1, { role: 'user', content: 'by ada@analytical-engine.org' })),
    ['mail of 25 characters in message 1'],
  ],
  ['patch', sound({ steps: [edited, submit] }), ['0: edits /testbed/a.py, which the patch does not change']],
])('%s: case %#', async (rule, trajectory, messages) => {
  const prefixed = messages.map((message) =>
    /^\d+: (?!replies)/.test(message) ? `${rule}#${message}` : `${rule}: ${message}`,
  );
  expect((await findings([trajectory], [rule])).map(say)).toEqual(prefixed);
});

test('what a record does not tell is no fault, but an ending that nothing makes is', async () => {
  const { ending: _, ...unended } = sound({ steps: [look] });
  const linted = await findings([unended as Attempt]);
  expect(linted.map(say)).toEqual(['unfinished: it stops before the model answered']);
});

test('rows are compared with all that came before', async () => {
  const script = Array.from({ length: 40 }, (_, line) => `sed -n ${line}p a.py`).join('; ');
  const long = (word: string) => sound({ steps: [bashStep(`${script}; ${word}`, 'o'), submit] });
  const named = (trajectory_id: string, trajectory: Attempt): Attempt => ({ ...trajectory, trajectory_id });
  const linted = await findings(
    [named('a', long('one')), named('b', sound()), named('b', long('one')), named('c', long('two'))],
    ['duplicate_id', 'duplicate', 'near_duplicate'],
  );
  expect(linted.map((finding) => `${finding.line} ${say(finding)}`)).toEqual([
    '3 duplicate_id: the same trajectory_id is at f.jsonl:2',
    '3 duplicate: the same actions and observations as a (f.jsonl:1)',
    expect.stringMatching(/^4 near_duplicate: its actions are \d+ % those of a \(f\.jsonl:1\)$/),
  ]);
});

test('a row that cannot be read is a finding of its own rule', () => {
  const bad = { ...place, byteOffset: 12, why: 'not JSON' };
  expect(openLinter(ruleNames, context).refuse(bad)).toEqual([
    { ...place, byte_offset: 12, rule: 'schema', severity: 'error', message: 'not JSON' },
  ]);
  expect(openLinter(['time'], context).refuse(bad)).toEqual([]);
});

test('no finding shows a secret', async () => {
  const rows = [
    sound({
      steps: [bashStep(`echo ${githubToken()} ada@analytical-engine.org`, githubToken()), submit],
      patch: githubToken(),
    }),
  ];
  const text = JSON.stringify(await findings(rows));
  expect(text).toContain('github_token');
  expect(text).not.toContain(githubToken());
  expect(text).not.toContain('ada@');
});

test('the trajectories that ship have no errors', async () => {
  const shipped = (await loadTrajectories(['trajectories'])) as Attempt[];
  const errors = (await findings(shipped)).filter(({ severity }) => severity === 'error');
  expect(shipped.length).toBeGreaterThan(390);
  expect(errors).toEqual([]);
}, 60_000);
