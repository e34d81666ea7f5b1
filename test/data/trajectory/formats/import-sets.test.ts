// Published sets whose rows are written in a way of their own.
import { expect, test } from 'vitest';
import { read, readAll, user } from './read-row.ts';

test("Nebius' rows of SWE-agent: the role `ai`, text, verdict and ending", () => {
  const turn = (role: string, text: string | null, system_prompt: string | null = null) => ({
    role,
    text,
    system_prompt,
    mask: false,
  });
  const row = {
    instance_id: 'o__r-1',
    model_name: 'm',
    target: true,
    exit_status: 'submitted (exit_cost)',
    generated_patch: 'diff',
    trajectory: [
      turn('system', null, 'S'),
      turn('user', 'Fix'),
      turn('ai', 'Look.\n```\nopen a.py\n```'),
      turn('user', '[File]'),
      turn('ai', '```\nsubmit\n```'),
    ],
  };
  expect(read(row)).toMatchObject({
    instance_id: 'o__r-1',
    model: { name: 'm' },
    resolved: true,
    patch: 'diff',
    ending: 'cost_limit',
    exit_status: 'submitted (exit_cost)',
    messages: [{ role: 'system', content: 'S' }, {}, { role: 'assistant' }, {}, {}],
    steps: [
      { tool_call: { name: 'open' }, thought: 'Look.', observation: '[File]' },
      { tool_call: { name: 'submit' } },
    ],
  });
});

test("Harbor's traces: an episode of a trial is named by both", () => {
  const conversations = [
    { role: 'user', content: 'Fix' },
    { role: 'assistant', content: '<think>x</think>{"commands":[]}' },
    { role: 'user', content: 'a.py' },
  ];
  const row = {
    conversations,
    agent: 'terminus-2',
    model: 'm',
    task: 't1',
    episode: 'episode-1',
    trial_name: 't1__a',
    result: '1.0',
  };
  expect(read(row)).toMatchObject({
    trajectory_id: 't1__a.episode-1',
    instance_id: 't1',
    agent: { name: 'terminus-2' },
    resolved: true,
    messages: conversations,
    steps: [{ malformed: true, observation: 'a.py' }],
  });
  expect(read({ ...row, result: 'AgentTimeoutError' })).not.toHaveProperty('resolved');
});

test("SWE-agent's demonstration that is a history alone, with calls as Python writes lists", () => {
  const said = (role: string, content: string, more = {}) => ({ role, content, agent: 'main', ...more });
  const { steps, ending, messages } = read({
    history: [
      said('system', 'S'),
      said('user', 'Fix'),
      said('assistant', 'Look', {
        thought: 'Look',
        action: 'find_file a.py',
        tool_calls: "[{'function': {'name': 'find_file'}}]",
      }),
      said('tool', 'found', { tool_call_ids: "['c1']" }),
      said('assistant', 'Done', { thought: 'Done', action: 'submit' }),
    ],
  });
  expect(steps).toMatchObject([
    { thought: 'Look', action: 'find_file a.py', observation: 'found', message: 2 },
    { action: 'submit', message: 4 },
  ]);
  expect(messages[3]).toEqual({ role: 'tool', content: 'found', tool_call_id: 'c1' });
  expect(ending).toBe('submitted');
});

test('a step whose reply was edited by hand is found by its action, where that stands once', () => {
  const reply = (content: string, action: string) => ({ role: 'assistant', content, thought: content, action });
  const { steps } = read({
    trajectory: [
      { action: 'ls\n', observation: 'a', response: 'Once', thought: 'Once' },
      { action: 'submit', observation: '', response: 'Done', thought: 'Done' },
    ],
    history: [reply('Once more', 'ls'), { role: 'user', content: 'OBSERVATION:\na' }, reply('Done', 'submit')],
    info: {},
  });
  expect(steps).toMatchObject([{ message: 0, observation: 'OBSERVATION:\na' }, { message: 2 }]);
});

test.each([
  ['a rollout of Codex', { timestamp: 't', type: 'session_meta', payload: {} }],
  ['a session of Claude Code', { type: 'user', uuid: '1', sessionId: 's', message: {} }],
  ['an object of `a`, `b`', { a: 1, b: 2 }],
  ['an object without fields', {}],
])('what is not read is named: %s', (name, row) => {
  expect(readAll(row)).toMatchObject([{ why: `of no known format: ${name}` }]);
});

test.each([
  ['Submitted', 'submitted'],
  ['RepeatedFormatError', 'format_error'],
  ['ContextWindowExceededError', 'token_limit'],
  ['APIError', 'model_error'],
  ['BadRequestError', 'model_error'],
  ['AuthenticationError', 'model_error'],
  ['RuntimeError', undefined],
  ['LimitsExceeded', undefined],
])("mini-swe-agent's %s is the ending %s", (exit_status, ending) => {
  const messages = [user, { role: 'assistant', content: '```mswea_bash_command\nls\n```' }];
  const trajectory = read({ trajectory_format: 'mini-swe-agent-1.1', messages, info: { exit_status } });
  expect([trajectory.ending, trajectory.exit_status]).toEqual([ending, exit_status]);
});
