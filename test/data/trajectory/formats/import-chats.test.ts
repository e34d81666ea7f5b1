// Rows as the tools of the field write them, small: each is known by what it holds, and read for all that it carries and no more. Here
// ATIF, and the chats of OpenAI and Anthropic.
import { describe, expect, test } from 'vitest';
import { call, read, readAll, user } from './read-row.ts';

describe('ATIF', () => {
  const agent = {
    name: 'demo',
    version: '0.1',
    model_name: 'teacher',
    tool_definitions: [{ type: 'function', function: { name: 'bash', parameters: {} } }],
  };
  const made = { tool_call_id: 'c1', function_name: 'bash', arguments: { command: 'ls' } };
  const steps = [
    { step_id: 1, source: 'user', message: [{ type: 'text', text: 'Fix it' }] },
    { step_id: 2, source: 'agent', message: 'Look.', tool_calls: [made], is_copied_context: true },
    {
      step_id: 3,
      timestamp: '2026-01-01T00:00:01Z',
      source: 'agent',
      message: 'Look.',
      reasoning_content: 'hm',
      tool_calls: [made],
      observation: { results: [{ source_call_id: 'c1', content: 'a\n', extra: { exit_code: 0 } }] },
      metrics: { prompt_tokens: 90, completion_tokens: 12, cached_tokens: 50, cost_usd: 0.1, prompt_token_ids: [1, 2] },
    },
  ];
  test.each(['1.0', '1.4', '1.7'])('version %s: what is copied from before is no step', (version) => {
    const trajectory = read({
      schema_version: `ATIF-v${version}`,
      session_id: 's',
      agent,
      steps,
      final_metrics: { total_prompt_tokens: 90, total_cost_usd: 0.1 },
    });
    expect(trajectory).toMatchObject({
      agent: { name: 'demo', version: '0.1' },
      model: { name: 'teacher' },
      tools: [{ name: 'bash' }],
      totals: { steps: 1, cost_usd: 0.1, usage: { input_tokens: 90 } },
    });
    expect(trajectory.steps).toMatchObject([
      {
        message: 2,
        reasoning: 'hm',
        observation: 'a\n',
        exit_code: 0,
        time: '2026-01-01T00:00:01Z',
        cost_usd: 0.1,
        usage: { input_tokens: 40, cache_read_tokens: 50, output_tokens: 12 },
      },
    ]);
    expect(trajectory).not.toHaveProperty('instance_id');
  });

  test("a sub-agent's trajectory is one of its own", () => {
    const sub = { schema_version: 'ATIF-v1.7', trajectory_id: 'sub', agent, steps };
    expect(
      readAll({ schema_version: 'ATIF-v1.7', trajectory_id: 'root', agent, steps, subagent_trajectories: [sub] }),
    ).toMatchObject([{ trajectory_id: 'root' }, { trajectory_id: 'sub' }]);
  });
});

describe('plain chats', () => {
  test("OpenAI's, with parallel calls answered out of order, one with arguments that are no JSON", () => {
    const trajectory = read({
      model: 'gpt',
      messages: [
        { role: 'developer', content: 'S' },
        user,
        {
          role: 'assistant',
          content: null,
          reasoning_content: 'hm',
          tool_calls: [call('a', 'f', '{"x":1}'), call('b', 'g', '')],
        },
        { role: 'tool', tool_call_id: 'b', content: 'B' },
        { role: 'tool', tool_call_id: 'a', content: 'A' },
        { role: 'assistant', content: 'Now', tool_calls: [call('c', 'f', '{"x":')] },
        { role: 'tool', tool_call_id: 'c', content: 'bad' },
      ],
      tools: [{ type: 'function', function: { name: 'f', description: 'does', parameters: { type: 'object' } } }],
    });
    expect(trajectory).toMatchObject({
      model: { name: 'gpt' },
      provenance: { source_format: 'openai' },
      tools: [{ name: 'f', description: 'does', parameters: { type: 'object' } }],
    });
    expect(trajectory.steps).toMatchObject([
      { tool_call: { id: 'a', arguments: { x: 1 } }, observation: 'A', reasoning: 'hm' },
      { tool_call: { id: 'b', arguments: {} }, observation: 'B' },
      { malformed: true, action: expect.stringContaining('{\\"x\\":'), observation: 'bad' },
    ]);
    expect(trajectory.messages[0]!.role).toBe('system');
  });

  test("Anthropic's: blocks of thinking, use and result, the system prompt beside them", () => {
    const trajectory = read({
      system: [{ type: 'text', text: 'S' }],
      tools: [{ name: 'bash', input_schema: { type: 'object' } }],
      messages: [
        user,
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'hm', signature: 's' },
            { type: 'text', text: 'Look.' },
            { type: 'tool_use', id: 'a', name: 'bash', input: { command: 'ls' } },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'a', content: [{ type: 'text', text: 'a.py' }] },
            { type: 'text', text: 'Go on.' },
          ],
        },
      ],
    });
    expect(trajectory.messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'tool', 'user']);
    expect(trajectory).toMatchObject({
      tools: [{ name: 'bash', parameters: { type: 'object' } }],
      provenance: { source_format: 'anthropic' },
      steps: [
        {
          thought: 'Look.',
          reasoning: 'hm',
          tool_call: { id: 'a', name: 'bash', arguments: { command: 'ls' } },
          observation: 'a.py',
        },
      ],
    });
  });

  test('deep nesting inside of arguments is no call', () => {
    const deep = `{"x":${'['.repeat(500)}${']'.repeat(500)}}`;
    expect(
      read({ messages: [user, { role: 'assistant', content: '', tool_calls: [call('a', 'f', deep)] }] }).steps,
    ).toMatchObject([{ malformed: true }]);
  });
});
