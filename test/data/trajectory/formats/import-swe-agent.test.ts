// Rows as the tools of the field write them, small: each is known by what it holds, and read for all that it carries and no more. Here those
// of SWE-agent, SWE-smith and mini-swe-agent.
import { describe, expect, test } from 'vitest';
import { call, read, readAll, system, user, xml } from './read-row.ts';

describe('SWE-smith', () => {
  test('XML: action to the byte, thought and observation; nothing else is made up', () => {
    const trajectory = read({
      instance_id: 'o__r.1',
      messages: [system, user, { role: 'assistant', content: xml }, { role: 'user', content: 'OBSERVATION:\na' }],
    });
    expect(trajectory).toEqual({
      schema_version: 1,
      trajectory_id: expect.stringMatching(/^o__r\.1\.[0-9a-f]{8}$/),
      instance_id: 'o__r.1',
      messages: [system, user, { role: 'assistant', content: xml }, { role: 'user', content: 'OBSERVATION:\na' }],
      steps: [
        {
          message: 2,
          thought: 'Look.',
          action: '<function=bash>\n<parameter=command>ls</parameter>\n</function>',
          tool_call: { name: 'bash', arguments: { command: 'ls' } },
          malformed: false,
          observation: 'OBSERVATION:\na',
        },
      ],
      totals: { steps: 1 },
      provenance: { source_format: 'swe-smith', source: expect.anything() },
    });
  });

  test('fences: the last that stands in no other', () => {
    const reply = 'As in\n\n```py\nx\n```\n\nso\n\n```\npytest -q\n```';
    const { steps } = read({ instance_id: 'i', messages: [user, { role: 'assistant', content: reply }, user] });
    expect(steps[0]).toMatchObject({
      action: 'pytest -q',
      tool_call: { name: 'bash', arguments: { command: 'pytest -q' } },
    });
  });

  test('native calls, as JSON in a string, with newer columns', () => {
    const messages = [
      user,
      {
        role: 'assistant',
        content: 'Look.',
        thought: 'Look.',
        action: 'ls',
        tool_calls: [call('t1', 'bash', '{"command": "ls"}')],
      },
      { role: 'tool', content: [{ type: 'text', text: 'OBSERVATION:\na' }], tool_call_ids: ['t1'] },
      { role: 'assistant', content: '', tool_calls: [call('t2', 'submit', '{}')] },
    ];
    const row = {
      messages: JSON.stringify(messages),
      instance_id: 'i',
      traj_id: 'i.h',
      model: 'm',
      patch: 'diff',
      resolved: true,
    };
    expect(read(row)).toMatchObject({
      trajectory_id: 'i.h',
      model: { name: 'm' },
      ending: 'submitted',
      patch: 'diff',
      resolved: true,
      steps: [
        { tool_call: { id: 't1', name: 'bash' }, observation: 'OBSERVATION:\na' },
        { tool_call: { name: 'submit' } },
      ],
    });
  });

  test('a list in a string that is no JSON is told by its name', () => {
    const why = (row: object) => readAll({ instance_id: 'i', messages: [user], ...row })[0];
    expect(why({ messages: '[{"role"' })).toMatchObject({ why: expect.stringMatching(/^`messages`: not JSON \(/) });
    expect(why({ messages: '{}' })).toMatchObject({ why: expect.stringMatching(/^`messages`: .*expected array/) });
    expect(why({ messages: 7 })).toMatchObject({ why: expect.stringMatching(/^`messages`: .*expected array/) });
    expect(why({ tools: '[' })).toMatchObject({ why: expect.stringMatching(/^`tools`: not JSON \(/) });
  });

  test('a reply without an action is a malformed step, and says whole what it said', () => {
    const { steps } = read({
      instance_id: 'i',
      messages: [user, { role: 'assistant', content: xml }, user, { role: 'assistant', content: ' I give up. ' }],
    });
    expect(steps[1]).toEqual({ message: 3, thought: 'I give up.', action: ' I give up. ', malformed: true });
  });
});

describe('SWE-agent', () => {
  const asked = { action: '', observation: '', response: 'no call', thought: 'no call', execution_time: 0, state: {} };
  const ran = {
    action: 'ls\n',
    observation: 'a\n',
    response: 'Look.',
    thought: 'Look.',
    execution_time: 0.25,
    state: { working_dir: '/testbed' },
  };
  const cost = {
    action: '',
    observation: '',
    response: 'Exit due to cost limit',
    thought: 'Exit due to cost limit',
    execution_time: 0,
    state: {},
  };
  const demo = { role: 'assistant', content: 'Look.', action: 'ls\n', is_demo: true };
  const history = [
    system,
    demo,
    user,
    { role: 'assistant', content: 'Look.', action: 'ls\n' },
    { role: 'user', content: 'OBSERVATION:\na\n' },
    { role: 'assistant', content: 'Exit due to cost limit', action: '' },
  ];
  const info = {
    exit_status: 'submitted (exit_cost)',
    submission: 'diff',
    model_stats: { instance_cost: 2, tokens_sent: 9, tokens_received: 1, api_calls: 2 },
  };

  test('replies asked again are steps without a message; demonstrations are messages without a step', () => {
    const trajectory = read({
      trajectory: [asked, ran, cost],
      history,
      info,
      replay_config: '{"problem_statement":{"id":"o__r-1"}}',
      environment: 'main',
    });
    expect(trajectory).toMatchObject({
      instance_id: 'o__r-1',
      ending: 'cost_limit',
      exit_status: 'submitted (exit_cost)',
      patch: 'diff',
      totals: { steps: 3, cost_usd: 2, model_calls: 2 },
    });
    expect(trajectory.steps.map(({ message, malformed }) => [message, malformed])).toEqual([
      [undefined, true],
      [3, false],
      [5, true],
    ]);
    expect(trajectory.steps[1]).toMatchObject({
      action: 'ls\n',
      observation: 'OBSERVATION:\na\n',
      raw_output: 'a\n',
      duration_ms: 250,
    });
  });

  test('a command line that calls one of its tools is that call; in `action` it stands as it was', () => {
    const opened = { ...ran, action: 'open a.py 3\n' };
    const { steps } = read({ trajectory: [opened, ran], history: [system, user], info });
    expect(steps).toMatchObject([
      { action: 'open a.py 3\n', tool_call: { name: 'open', arguments: { path: 'a.py', line_number: '3' } } },
      { tool_call: { name: 'bash', arguments: { command: 'ls\n' } } },
    ]);
  });

  test('every attempt of a retrying agent is one, and the chosen is not read twice', () => {
    const attempt = { trajectory: [ran], history, info };
    const items = readAll({ ...attempt, attempts: [attempt, attempt] });
    expect(items).toMatchObject([{ attempt: 0 }, { attempt: 1 }]);
    expect(new Set(items.map((item) => ('why' in item ? '' : item.trajectory_id))).size).toBe(2);
  });
});

describe('mini-swe-agent', () => {
  const fence = { role: 'assistant', content: 'THOUGHT: look\n\n```mswea_bash_command\nls -la\n```' };
  test('version 1, the submission as the last answer', () => {
    const submit = {
      role: 'assistant',
      content: '```bash\necho x\n```\n```mswea_bash_command\necho COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT\n```',
    };
    const trajectory = read([
      system,
      user,
      fence,
      { role: 'user', content: '<returncode>2</returncode>\n<output>\n</output>' },
      submit,
      { role: 'user', content: 'diff' },
    ]);
    expect(trajectory).toMatchObject({
      ending: 'submitted',
      patch: 'diff',
      provenance: { source_format: 'mini-swe-agent' },
    });
    expect(trajectory.steps[0]).toMatchObject({ action: 'ls -la', exit_code: 2 });
    expect(trajectory).not.toHaveProperty('instance_id');
  });

  const info = {
    exit_status: 'LimitsExceeded',
    submission: '',
    mini_version: '2.1.0',
    model_stats: { instance_cost: 3.1, api_calls: 9 },
    config: { agent: { step_limit: 250, cost_limit: 3 }, model: { model_name: 'm' }, environment: { image: 'img' } },
  };
  test('version 2: parallel calls, raw outputs, a format error, the limit that was met', () => {
    const messages = [
      system,
      user,
      {
        role: 'assistant',
        content: 'Two.',
        tool_calls: [call('a', 'bash', '{"command":"ls"}'), call('b', 'bash', '{"command":"sleep 99"}')],
        extra: {
          actions: [{ command: 'ls' }],
          cost: 0.5,
          timestamp: 1.5,
          response: { usage: { prompt_tokens: 10, completion_tokens: 2, prompt_tokens_details: { cached_tokens: 4 } } },
        },
      },
      { role: 'tool', tool_call_id: 'a', content: 'shown', extra: { raw_output: 'raw', returncode: 0 } },
      {
        role: 'tool',
        tool_call_id: 'b',
        content: 'late',
        extra: { raw_output: 'late', returncode: -1, exception_type: 'TimeoutExpired' },
      },
      {
        role: 'user',
        content: 'No action!',
        extra: { interrupt_type: 'FormatError', model_response: 'Hm.', cost: 0.1 },
      },
      { role: 'exit', content: 'LimitsExceeded', extra: { exit_status: 'LimitsExceeded', submission: '' } },
    ];
    const trajectory = read({ trajectory_format: 'mini-swe-agent-1.1', instance_id: 'i', info, messages });
    expect(trajectory).toMatchObject({
      instance_id: 'i',
      model: { name: 'm' },
      agent: { name: 'mini-swe-agent', version: '2.1.0' },
      environment: { image: 'img' },
      ending: 'cost_limit',
      totals: { cost_usd: 3.1, model_calls: 9 },
    });
    expect(trajectory.steps).toMatchObject([
      {
        message: 2,
        thought: 'Two.',
        observation: 'shown',
        raw_output: 'raw',
        exit_code: 0,
        cost_usd: 0.5,
        time: '1970-01-01T00:00:01.500Z',
        usage: { input_tokens: 6, cache_read_tokens: 4, output_tokens: 2 },
      },
      { message: 2, thought: '', observation: 'late', exit_code: null, timed_out: true },
      { action: 'Hm.', malformed: true, observation: 'No action!', cost_usd: 0.1 },
    ]);
    expect(trajectory).not.toHaveProperty('patch');
    expect(trajectory.messages.map(({ role }) => role)).not.toContain('exit');
  });

  test("version 2 over OpenAI's Responses API", () => {
    const reply = {
      object: 'response',
      output: [
        { type: 'reasoning', summary: [{ text: 'hm' }] },
        { type: 'message', content: [{ type: 'output_text', text: 'Look.' }] },
        { type: 'function_call', call_id: 'a', name: 'bash', arguments: '{"command":"ls"}' },
      ],
      extra: { cost: 1 },
    };
    const { steps } = read({
      trajectory_format: 'mini-swe-agent-1.1',
      info,
      messages: [user, reply, { type: 'function_call_output', call_id: 'a', output: 'out', extra: { returncode: 1 } }],
    });
    expect(steps).toMatchObject([
      {
        thought: 'Look.',
        reasoning: 'hm',
        tool_call: { id: 'a', arguments: { command: 'ls' } },
        observation: 'out',
        exit_code: 1,
        cost_usd: 1,
      },
    ]);
  });
});
