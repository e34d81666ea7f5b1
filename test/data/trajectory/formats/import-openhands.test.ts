// Rows as the tools of the field write them, small: each is known by what it holds, and read for all that it carries and no more. Here those
// of R2E-Gym and OpenHands.
import { describe, expect, test } from 'vitest';
import { call, read, user } from './read-row.ts';

test('R2E-Gym: its XML, codes out of observations, times, tokens and reward', () => {
  const step = {
    step_idx: 0,
    thought: 'Look.',
    action: '<function=execute_bash>\n  <parameter=cmd>ls</parameter>\n</function>',
    done: false,
    env_exec_time: 0.5,
    token_usage_prompt: 7,
    token_usage_completion: 2,
  };
  const trajectory = read({
    docker_image: 'ns/repo:sha',
    problem_statement: 'Fix it',
    exit_reason: 'abs_step_limit',
    reward: 1,
    output_patch: 'diff',
    trajectory_steps: [
      { ...step, observation: 'Exit code: Error: Exit code 2\nExecution output of [execute_bash]:\nx' },
      { ...step, observation: 'Exit code: -1\nExecution output of [execute_bash]:\nlate' },
      { ...step, action: '<function=>\n</function>', observation: 'go on' },
    ],
  });
  expect(trajectory).toMatchObject({
    ending: 'step_limit',
    exit_status: 'abs_step_limit',
    resolved: true,
    patch: 'diff',
    environment: { image: 'ns/repo:sha' },
  });
  expect(trajectory.steps).toMatchObject([
    {
      action: step.action,
      tool_call: { name: 'execute_bash', arguments: { cmd: 'ls' } },
      exit_code: 2,
      duration_ms: 500,
      usage: { input_tokens: 7, output_tokens: 2 },
    },
    { exit_code: null },
    { malformed: true },
  ]);
});

describe('OpenHands', () => {
  const response = {
    id: 'r1',
    choices: [
      {
        message: {
          role: 'assistant',
          content: 'Two.',
          tool_calls: [call('a', 'execute_bash', '{"command":"ls"}'), call('b', 'think', '{"thought":"hm"}')],
        },
      },
    ],
  };
  const metadata = (id: string, name: string) => ({
    tool_call_id: id,
    function_name: name,
    model_response: response,
    total_calls_in_response: 2,
  });
  test('events of the first runtime: one reply with two calls, each with its answer', () => {
    const history = [
      {
        id: 0,
        source: 'agent',
        action: 'system',
        args: { content: 'S', tools: [{ type: 'function', function: { name: 'execute_bash', parameters: {} } }] },
      },
      { id: 1, source: 'user', action: 'message', args: { content: 'Fix it' } },
      { id: 2, source: 'user', action: 'recall', args: { query: 'q' } },
      {
        id: 3,
        source: 'agent',
        action: 'run',
        args: { command: 'ls', thought: 'Two.' },
        tool_call_metadata: metadata('a', 'execute_bash'),
      },
      {
        id: 4,
        source: 'agent',
        observation: 'run',
        content: 'a.py',
        cause: 3,
        extras: { command: 'ls', metadata: { exit_code: 1 } },
        tool_call_metadata: metadata('a', 'execute_bash'),
      },
      { id: 5, source: 'agent', action: 'think', args: { thought: 'hm' }, tool_call_metadata: metadata('b', 'think') },
      { id: 6, source: 'agent', observation: 'think', content: 'noted', cause: 5, extras: {} },
      { id: 7, source: 'agent', action: 'finish', args: { thought: 'Done.', final_thought: 'ok' } },
    ];
    const row = {
      instance_id: 'i',
      history,
      test_result: { git_patch: 'diff' },
      metadata: { agent_class: 'CodeActAgent', llm_config: { model: 'm' } },
      metrics: { accumulated_cost: 0.5 },
      error: null,
    };
    const trajectory = read(row);
    expect(trajectory).toMatchObject({
      instance_id: 'i',
      model: { name: 'm' },
      agent: { name: 'CodeActAgent' },
      tools: [{ name: 'execute_bash', parameters: {} }],
      ending: 'submitted',
      patch: 'diff',
      totals: { cost_usd: 0.5 },
    });
    expect(trajectory.steps).toMatchObject([
      { message: 2, thought: 'Two.', tool_call: { id: 'a', name: 'execute_bash' }, observation: 'a.py', exit_code: 1 },
      { message: 2, tool_call: { id: 'b', name: 'think' }, observation: 'noted' },
      { message: 5, thought: 'Done.', tool_call: { name: 'finish' } },
    ]);
  });

  test('the older pairs of action and observation, of a model without native calls', () => {
    const history = [
      [{ id: 0, source: 'user', action: 'message', args: { content: 'Fix it' } }, {}],
      [
        { id: 1, source: 'agent', action: 'run', args: { command: 'ls', thought: 'Look.', hidden: false } },
        { observation: 'run', content: 'a', cause: 1, extras: { exit_code: 0 } },
      ],
    ];
    expect(read({ instance_id: 'i', history, test_result: {} }).steps).toMatchObject([
      { thought: 'Look.', tool_call: { name: 'run', arguments: { command: 'ls' } }, observation: 'a', exit_code: 0 },
    ]);
  });

  test('events of its SDK', () => {
    const history = [
      { kind: 'SystemPromptEvent', id: 's', source: 'agent', system_prompt: { type: 'text', text: 'S' }, tools: [] },
      {
        kind: 'MessageEvent',
        id: 'u',
        source: 'user',
        llm_message: { role: 'user', content: [{ type: 'text', text: 'Fix it' }] },
      },
      {
        kind: 'ActionEvent',
        id: 'x',
        source: 'agent',
        thought: [{ type: 'text', text: 'Look.' }],
        reasoning_content: 'hm',
        tool_name: 'terminal',
        tool_call_id: 'a',
        tool_call: { id: 'a', name: 'terminal', arguments: '{"command":"ls"}' },
        llm_response_id: 'r',
        action: { kind: 'TerminalAction', command: 'ls' },
      },
      {
        kind: 'ObservationEvent',
        id: 'y',
        source: 'environment',
        tool_call_id: 'a',
        action_id: 'x',
        observation: { kind: 'TerminalObservation', content: [{ type: 'text', text: 'a.py' }], exit_code: 0 },
      },
    ];
    expect(read({ instance_id: 'i', history, test_result: {} })).toMatchObject({
      messages: [{ role: 'system' }, { role: 'user' }, { role: 'assistant' }, { role: 'tool' }],
      steps: [
        {
          thought: 'Look.',
          reasoning: 'hm',
          tool_call: { id: 'a', name: 'terminal' },
          observation: 'a.py',
          exit_code: 0,
        },
      ],
    });
  });

  test.each([
    [
      'SWE-Gym',
      {
        messages: [
          user,
          {
            role: 'assistant',
            content: 'Look.\n<function=execute_bash>\n<parameter=command>\nls\n</parameter>\n</function>',
          },
          { role: 'user', content: 'EXECUTION RESULT of [execute_bash]:\na' },
        ],
        tools: [{ type: 'function', function: { name: 'execute_bash', parameters: {} } }],
        instance_id: 'i',
        resolved: true,
      },
    ],
    [
      'Nebius',
      {
        trajectory_id: 't',
        instance_id: 'i',
        trajectory: [
          user,
          { role: 'assistant', content: 'Look.', tool_calls: [call('a', 'execute_bash', '{"command": "ls"}')] },
          { role: 'tool', name: 'execute_bash', tool_call_id: 'a', content: 'EXECUTION RESULT of [execute_bash]:\na' },
        ],
        tools: null,
        model_patch: 'diff',
        exit_status: 'submit',
        resolved: 1,
      },
    ],
  ])("%s's training rows", (_, row) => {
    expect(read(row)).toMatchObject({
      instance_id: 'i',
      resolved: true,
      provenance: { source_format: 'openhands' },
      steps: [
        {
          thought: 'Look.',
          tool_call: { name: 'execute_bash', arguments: { command: 'ls' } },
          observation: 'EXECUTION RESULT of [execute_bash]:\na',
        },
      ],
    });
  });
});
