// ATIF as its agents write it: whose result is whose, and what the model did not do.
import { describe, expect, test } from 'vitest';
import { toAtif } from '../../../../src/data/trajectory/formats/out/atif.ts';
import { orphanResults } from '../../../../src/data/trajectory/orphan-results.ts';
import { read } from './read-row.ts';

const made = (tool_call_id: string, function_name = 'bash') => ({
  tool_call_id,
  function_name,
  arguments: { keystrokes: tool_call_id },
});
const asked = { source: 'user', message: 'Fix it' };
const root = (steps: object[], version = '1.7') => ({
  schema_version: `ATIF-v${version}`,
  agent: { name: 'terminus-2', version: '2' },
  steps: [asked, ...steps].map((step, n) => ({ step_id: n + 1, ...step })),
});
const acts = (ids: string[], ...results: object[]) => ({
  source: 'agent',
  message: 'So',
  tool_calls: ids.map((id) => made(id)),
  ...(results.length > 0 && { observation: { results } }),
});
const observed = (row: object) => read(row).steps.map(({ observation }) => observation);

describe('results answer the calls of their step', () => {
  test.each<[string, object[], (string | undefined)[]]>([
    ['one without an id, one call', [acts(['a'], { content: 'A' })], ['A']],
    ['one without an id, several calls: at the last of them', [acts(['a', 'b'], { content: 'S' })], [undefined, 'S']],
    ['as many without ids as calls: in order', [acts(['a', 'b'], { content: 'A' }, { content: 'B' })], ['A', 'B']],
    [
      'by id first, what is left after it',
      [acts(['a', 'b'], { content: 'A' }, { source_call_id: 'b', content: 'B' })],
      ['A', 'B'],
    ],
    [
      "the environment's, in a step of its own before the next reply",
      [
        acts(['a']),
        { source: 'system', message: '', observation: { results: [{ content: 'A' }] } },
        acts(['b'], { content: 'B' }),
      ],
      ['A', 'B'],
    ],
    ['of no other step', [acts(['a']), acts(['b'], { content: 'B' })], [undefined, 'B']],
  ])('%s', (_, steps, expected) => {
    expect(observed(root(steps))).toEqual(expected);
  });

  test('and are written and read back the same', () => {
    const before = read(
      root([acts(['a', 'b'], { content: 'S', extra: { exit_code: 1 } }), acts(['c'], { content: 'C' })]),
    );
    const after = read(JSON.parse(JSON.stringify(toAtif(before))));
    expect(after.steps).toEqual(before.steps);
    expect(after.steps[1]).toMatchObject({ observation: 'S', exit_code: 1 });
  });

  test('those that answer none are found', () => {
    const { messages, steps } = read(
      root([acts(['a'], { content: 'A' }, { content: 'more' }), acts(['b'], { source_call_id: 'z', content: 'Z' })]),
    );
    expect([...orphanResults({ messages, steps })]).toEqual([
      { message: 3, why: "a tool's result after all calls were answered" },
      { message: 5, why: "a tool's result for a call that the reply before it does not make" },
    ]);
  });
});

test('null arguments are not given ones, and the last act is the ending', () => {
  const call = { tool_call_id: 'a', function_name: 'mark_task_complete', arguments: { reason: null } };
  expect(read(root([{ source: 'agent', message: '', tool_calls: [call] }]))).toMatchObject({
    ending: 'submitted',
    steps: [{ tool_call: { arguments: {} } }],
  });
});

test('a step that the agent made without its model is context', () => {
  const { steps, messages } = read(
    root([acts(['a'], { content: 'A' }), { ...acts(['b'], { content: 'B' }), llm_call_count: 0 }, acts(['c'])]),
  );
  expect(steps.map(({ tool_call }) => tool_call?.id)).toEqual(['a', 'c']);
  expect(steps[0]!.observation).toBe('A');
  expect(messages.filter(({ is_context }) => is_context)).toMatchObject([{ tool_calls: [{ id: 'b' }] }]);
});

test('version 1.8: parts of sound are left out as pictures are', () => {
  const sound = { type: 'audio', source: { media_type: 'audio/wav', path: 'a.wav' } };
  const row = root([{ source: 'agent', message: [{ type: 'text', text: 'Hear' }, sound] }], '1.8');
  expect(read(row).messages[1]!.content).toBe('Hear');
});
