// Replies as providers and tables write them: every call is a step with its answer, and nothing that a reply says is stripped in silence.
import { describe, expect, test } from 'vitest';
import { trajectorySchema } from '../../../../src/core/schema/trajectory.ts';
import { type FormatName, writers } from '../../../../src/data/trajectory/formats/writers.ts';
import { call, read, readAll, user } from './read-row.ts';

const ls = call('c1', 'bash', '{"command":"ls"}');
const submit = call('c2', 'submit', '{}');
const answered = { role: 'tool', content: 'a.py', tool_call_id: 'c1' };
const steps = [
  { tool_call: { name: 'bash', arguments: { command: 'ls' } }, observation: 'a.py', malformed: false },
  { tool_call: { name: 'submit', arguments: {} }, malformed: false },
];

describe('the same two calls, submitted at the end:', () => {
  const reply = (made: object) => ({ role: 'assistant', content: null, ...made });
  const json = (one: ReturnType<typeof call>) =>
    `<tool_call>\n${JSON.stringify({ ...one.function, arguments: JSON.parse(one.function.arguments) })}\n</tool_call>`;
  const xml = (inner: string) => `<tool_call>\n<function=${inner}\n</function>\n</tool_call>`;
  test.each<[string, object, object, object]>([
    ['a list', { tool_calls: [ls] }, answered, { tool_calls: [submit] }],
    ['JSON in a string', { tool_calls: JSON.stringify([ls]) }, answered, { tool_calls: JSON.stringify([submit]) }],
    [
      'the older function_call',
      { function_call: ls.function },
      { role: 'function', name: 'bash', content: 'a.py' },
      { function_call: submit.function },
    ],
    [
      'function_call with an answer of the user',
      { function_call: ls.function },
      { role: 'user', content: 'a.py' },
      { function_call: submit.function },
    ],
    [
      "nulls of a table's other rows",
      {
        tool_calls: [
          { id: 'c1', function: { name: 'bash', arguments: { command: 'ls', path: null, view_range: null } } },
        ],
      },
      answered,
      { tool_calls: [{ id: 'c2', function: { name: 'submit', arguments: { command: null } } }] },
    ],
    [
      "Hermes' JSON in text",
      { content: `<think>t</think>\n${json(ls)}` },
      { role: 'user', content: 'a.py' },
      { content: json(submit) },
    ],
    [
      "Qwen3-Coder's XML in text",
      { content: xml('bash>\n<parameter=command>\nls\n</parameter>') },
      { role: 'user', content: 'a.py' },
      { content: xml('submit>') },
    ],
  ])('%s', (_, first, answer, last) => {
    const trajectory = read({ instance_id: 'i', messages: [user, reply(first), answer, reply(last)] });
    expect(trajectory).toMatchObject({ steps, ending: 'submitted' });
    expect(JSON.stringify(trajectory.steps)).not.toContain('null');
    expect(trajectory.steps.map(({ thought }) => thought).join()).not.toContain('<');
  });
});

test('an action within a thought is none', () => {
  const bash = (command: string) => `<function=bash>\n<parameter=command>${command}</parameter>\n</function>`;
  const trajectory = read({
    instance_id: 'i',
    messages: [user, { role: 'assistant', content: `<think>perhaps ${bash('rm -rf /')}</think>\n${bash('ls')}` }, user],
  });
  expect(trajectory.steps).toMatchObject([
    { action: bash('ls'), thought: `perhaps ${bash('rm -rf /')}`, tool_call: { arguments: { command: 'ls' } } },
  ]);
});

describe('a call whose arguments are no JSON', () => {
  const bad = '{"command": "l';
  const trajectory = read({
    instance_id: 'i',
    messages: [
      user,
      {
        role: 'assistant',
        content: 'Both',
        tool_calls: [call('a', 'bash', '{"command":"ls"}'), call('b', 'bash', bad)],
      },
      { role: 'tool', content: 'ERR', tool_call_id: 'b' },
      { role: 'tool', content: 'OUT', tool_call_id: 'a' },
    ],
  });
  const expected = [
    { thought: 'Both', tool_call: { id: 'a' }, observation: 'OUT', malformed: false },
    { thought: '', unreadable_call: { id: 'b', name: 'bash', arguments: bad }, observation: 'ERR', malformed: true },
  ];

  test('is a malformed step with its answer, beside the good one', () => {
    expect(trajectory.steps).toMatchObject(expected);
    expect(trajectory.messages[1]!.content).toContain(trajectory.steps[1]!.action);
  });

  test.each<FormatName>(['openai', 'mini', 'atif'])('is written as %s and read back', (name) => {
    const after = read(JSON.parse(JSON.stringify(writers[name](trajectory))));
    expect(after.steps).toMatchObject(expected);
  });
});

test.each([
  ['reasoning', { reasoning: 'R' }],
  ['reasoning_content', { reasoning_content: 'R' }],
  [
    'reasoning_details',
    {
      reasoning_details: [
        { type: 'reasoning.text', text: 'R' },
        { type: 'reasoning.encrypted', data: 'x' },
      ],
    },
  ],
  ['two names for one text', { reasoning: 'R', reasoning_details: [{ text: 'R' }] }],
])('hidden reasoning is kept: %s', (_, told) => {
  const { steps } = read({ messages: [user, { role: 'assistant', content: '', tool_calls: [ls], ...told }] });
  expect(steps).toMatchObject([{ reasoning: 'R' }]);
});

test('what a log of completions keeps as its response is the last reply', () => {
  const row = {
    messages: [user, { role: 'assistant', content: 'Look', tool_calls: [ls] }, answered],
    response: { choices: [{ message: { content: 'Done', tool_calls: [call('c2', 'finish', '{}')] } }] },
    kwargs: { tools: [{ function: { name: 'bash' } }] },
  };
  expect(read(row)).toMatchObject({ ending: 'submitted', tools: [{ name: 'bash' }], steps: [{}, { thought: 'Done' }] });
  expect(readAll({ ...row, response: 'text' })).toHaveLength(1);
});

test.each([
  ['parts', { parts: [{ text: 'hi' }] }, /^`messages\.1`: a reply without text and calls, but with "parts"; read are/],
  ['toolCalls', { content: '', toolCalls: [{ toolName: 'bash' }], name: 'x' }, /with "toolCalls"; read are/],
  [
    'calls in text that is no JSON',
    { tool_calls: "[{'function': 1}]" },
    /`tool_calls` of a reply: text that is no JSON list/,
  ],
])('a reply that says all under another name is refused by it: %s', (_, told, why) => {
  const [item] = readAll({ messages: [user, { role: 'assistant', ...told }] });
  expect(item).toMatchObject({ why: expect.stringMatching(why) });
});

test('a reply that says nothing at all is a malformed step', () => {
  const { steps } = read({ messages: [user, { role: 'assistant', content: '', refusal: null, usage: { total: 1 } }] });
  expect(steps).toMatchObject([{ malformed: true, action: '' }]);
});

test.each([
  ['no role', [{ type: 'user', content: 'x' }], /`messages\.0\.role` is missing; there are `type`, `content`/],
  ['another role', [{ role: 'robot', content: 'x' }], /`messages\.0\.role`: .*"system".*found "?robot/],
  ['content of another type', [{ role: 'user', content: 7 }], /`messages\.0\.content`: .*found 7/],
])('a refusal names the place and what stands there: %s', (_, messages, why) => {
  expect(readAll({ messages })[0]).toMatchObject({ why: expect.stringMatching(why) });
});

test('imported rows are what the schema says', () => {
  const trajectory = read({ messages: [user, { role: 'assistant', content: 'x', tool_calls: [ls] }, answered] });
  expect(trajectorySchema.parse(trajectory)).toEqual(trajectory);
});
