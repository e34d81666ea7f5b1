// The loop, with scripted models and real commands: how an attempt goes, and every way in which it ends.
import { afterEach, describe, expect, test } from 'vitest';
import { type AttemptOptions, runAttempt } from '../../../src/agents/loop/attempt.ts';
import { prompts } from '../../../src/agents/loop/prompts.ts';
import { type Model, noUsage, type Reply } from '../../../src/agents/model/model.ts';
import { ModelError, SandboxError } from '../../../src/core/schema/errors.ts';
import type { Message } from '../../../src/core/schema/message.ts';
import { trajectorySchema } from '../../../src/core/schema/trajectory.ts';
import { type LocalSandbox, openLocalSandbox } from '../../support/local-sandbox.ts';

const boxes: LocalSandbox[] = [];
afterEach(async () => {
  for (const box of boxes.splice(0)) await box.dispose();
});

const bash = (command: string, thought = 'why'): string =>
  `<think>${thought}</think>\n<function=bash>\n<parameter=command>${command}</parameter>\n</function>`;
const SUBMIT = '<think>done</think>\n<function=submit>\n</function>';

/** A model that says these things in turn, then repeats the last; `seen` is what it was shown. */
function saying(...replies: (string | Partial<Reply> | Error)[]): Model & { seen: Message[][] } {
  const seen: Message[][] = [];
  return {
    name: 'test',
    settings: { temperature: 0 },
    seen,
    async query(messages) {
      const reply = replies[Math.min(seen.length, replies.length - 1)]!;
      seen.push([...messages]);
      if (reply instanceof Error) throw reply;
      const rest = typeof reply === 'string' ? { text: reply } : reply;
      return { text: '', toolCalls: [], usage: noUsage, costUsd: 0, ...rest };
    },
  };
}

async function attempt(model: Model, options: Partial<AttemptOptions> = {}) {
  const sandbox = await openLocalSandbox({ 'a.py': 'x = 1\n' });
  boxes.push(sandbox);
  const instance = { instance_id: 'toy__1', problem_statement: 'x must be 2', image: 'toy:1' };
  return runAttempt({ instance, sandbox, model, prompt: prompts.default!, ...options });
}

describe('an attempt', () => {
  test('goes from the issue over actions and observations to a submitted patch', async () => {
    const model = saying(bash('cat a.py'), bash("sed -i 's/1/2/' a.py", 'It says 1.'), SUBMIT);
    const trajectory = await attempt(model, { attempt: 3, provenance: { config_hash: 'abc', seed: 7 } });
    expect(trajectorySchema.parse(trajectory)).toEqual(trajectory);
    expect(trajectory).toMatchObject({
      trajectory_id: 'toy__1/test/3',
      attempt: 3,
      ending: 'submitted',
      model: { name: 'test', settings: { temperature: 0 } },
      agent: { name: 'stepwright/default' },
      environment: { image: 'toy:1', limits: { steps: 50 } },
      provenance: { config_hash: 'abc', seed: 7, source_format: 'stepwright' },
      totals: { steps: 3 },
    });
    expect(trajectory.patch).toContain('-x = 1\n+x = 2\n');
    expect(trajectory.tools.map(({ name }) => name)).toEqual(['bash', 'str_replace_editor', 'submit']);
    expect(trajectory.steps[0]).toMatchObject({ thought: 'why', observation: 'OBSERVATION:\nx = 1\n', exit_code: 0 });
    expect(trajectory.steps[1]).toMatchObject({
      thought: 'It says 1.',
      action: "<function=bash>\n<parameter=command>sed -i 's/1/2/' a.py</parameter>\n</function>",
      tool_call: { name: 'bash', arguments: { command: "sed -i 's/1/2/' a.py" } },
      observation: 'Your command ran successfully and did not produce any output.',
    });
    expect(trajectory.messages.map(({ role }) => role)).toEqual([
      'system',
      'user',
      'assistant',
      'user',
      'assistant',
      'user',
      'assistant',
    ]);
    expect(trajectory.messages[4]!.content).toBe(bash("sed -i 's/1/2/' a.py", 'It says 1.'));
  });

  test('only ever appends to the messages', async () => {
    const model = saying(bash('ls'), 'rubbish', bash('ls'), SUBMIT);
    await attempt(model);
    for (const [i, before] of model.seen.slice(0, -1).entries())
      expect(model.seen[i + 1]!.slice(0, before.length)).toEqual(before);
  });

  test('tells the exit code of a command that fails without a word', async () => {
    const { steps } = await attempt(saying(bash('exit 4'), SUBMIT));
    expect(steps[0]).toMatchObject({
      exit_code: 4,
      observation: 'Your command ended with exit code 4 and did not produce any output.',
    });
  });

  test('tells whoever watches of every step as it is done', async () => {
    const watched: [number, string][] = [];
    await attempt(saying(bash('echo a'), 'rubbish', SUBMIT), {
      onStep: (step, index) => void watched.push([index, step.observation.slice(0, 14)]),
    });
    expect(watched).toEqual([
      [0, 'OBSERVATION:\na'],
      [1, 'Nothing was ru'],
      [2, ''],
    ]);
  });

  test('clips what the model is shown, says what it cut, and keeps the output in the record', async () => {
    const model = saying(bash('seq 1 2000'), SUBMIT);
    const { steps } = await attempt(model, { limits: { observationChars: 200 } });
    expect(steps[0]!.observation).toMatch(
      /^OBSERVATION:\n1\n2\n.*<response clipped: \d+ of 8893 characters.*\n2000\n$/s,
    );
    expect(steps[0]!.observation.length).toBeLessThan(400);
    expect(steps[0]!.raw_output).toHaveLength(8893);
    expect(steps[0]!.truncated).toBe(true);
    expect(model.seen[1]!.at(-1)!.content).toBe(steps[0]!.observation);
  });
});

describe('a malformed answer', () => {
  test.each([
    ['no action', 'I would look at a.py.', /no <function=…>…<\/function> block found/],
    ['two actions', `${bash('ls')}\n${bash('pwd')}`, /expected one action, got 2/],
    [
      'an unknown tool',
      '<function=python>\n<parameter=code>1</parameter>\n</function>',
      /unknown tool `python`; there are: bash, str_replace_editor, submit/,
    ],
    ['a missing parameter', '<function=bash>\n</function>', /bash: parameter `command`: .*expected string/],
    [
      'a parameter too many',
      '<function=submit>\n<parameter=now>1</parameter>\n</function>',
      /submit: Unrecognized key: "now"/,
    ],
    [
      'a wrong value',
      '<function=str_replace_editor>\n<parameter=command>open</parameter>\n<parameter=path>/a</parameter>\n</function>',
      /parameter `command`: Invalid option/,
    ],
  ])('(%s) is recorded and answered with what was wrong', async (_, reply, why) => {
    const { steps, messages, ending } = await attempt(saying(reply, SUBMIT));
    expect(steps[0]).toMatchObject({ malformed: true, action: reply, exit_code: null });
    expect(steps[0]!.tool_call).toBeUndefined();
    expect(steps[0]!.observation).toMatch(why);
    expect(steps[0]!.observation).toContain('Nothing was run');
    expect(messages.slice(2, 4)).toEqual([
      { role: 'assistant', content: reply },
      { role: 'user', content: steps[0]!.observation },
    ]);
    expect(ending).toBe('submitted');
  });

  test('the third in a row ends the attempt; a good one in between starts the count again', async () => {
    expect(await attempt(saying('a', 'b', 'c'))).toMatchObject({ ending: 'format_error', totals: { steps: 3 } });
    expect(await attempt(saying('a', 'b', bash('ls'), 'c', 'd', SUBMIT))).toMatchObject({ ending: 'submitted' });
  });

  test('of native calls gets an answer for every call', async () => {
    const toolCalls = ['1', '2'].map((id) => ({ id, name: 'bash', arguments: { command: 'ls' } }));
    const { messages, steps } = await attempt(saying({ text: 'both', toolCalls }, SUBMIT));
    expect(steps[0]!.malformed).toBe(true);
    expect(messages.slice(2, 5)).toMatchObject([
      { role: 'assistant', tool_calls: toolCalls },
      { role: 'tool', tool_call_id: '1' },
      { role: 'tool', tool_call_id: '2' },
    ]);
  });
});

describe('the limits', () => {
  const costly = { text: bash('ls'), costUsd: 0.4, usage: { ...noUsage, input_tokens: 100, output_tokens: 20 } };
  test.each([
    ['steps', { steps: 4 }, 'step_limit', 4],
    ['tokens', { tokens: 300 }, 'token_limit', 3],
    ['cost', { costUsd: 0.5 }, 'cost_limit', 2],
  ] as const)('of %s ends the attempt with what it did until then', async (_, limits, ending, steps) => {
    const trajectory = await attempt(saying(costly), { limits });
    expect(trajectory).toMatchObject({ ending, totals: { steps } });
    expect(trajectory.totals.cost_usd).toBeCloseTo(0.4 * steps, 10);
    expect(trajectory.totals.usage.input_tokens).toBe(100 * steps);
  });

  test('of time ends the attempt in the middle of a command, and keeps the change made before', async () => {
    const started = performance.now();
    const trajectory = await attempt(saying(bash('echo y=1 >> a.py'), bash('sleep 30')), { limits: { timeMs: 600 } });
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(trajectory).toMatchObject({ ending: 'time_limit', totals: { steps: 1 } });
    expect(trajectory.patch).toContain('+y=1');
  });

  test('of one command is an observation, with what the command had printed', async () => {
    const { steps, ending } = await attempt(saying(bash('echo begun; sleep 30'), SUBMIT), {
      limits: { commandTimeoutMs: 2000 },
    });
    expect(steps[0]).toMatchObject({ timed_out: true, exit_code: 124 });
    expect(steps[0]!.observation).toMatch(
      /^OBSERVATION:\nbegun\nThe command was cancelled because it took more than 2 seconds/,
    );
    expect(ending).toBe('submitted');
  });

  test('of 0 are none', async () => {
    const limits = { steps: 0, tokens: 0, costUsd: 0, timeMs: 0 };
    const replies = Array(60).fill(costly);
    expect(await attempt(saying(...replies, SUBMIT), { limits })).toMatchObject({
      ending: 'submitted',
      totals: { steps: 61 },
    });
  });
});

describe('what breaks', () => {
  test('in the model is an ending, with the reason', async () => {
    expect(await attempt(saying(bash('ls'), new ModelError('quota is used up')))).toMatchObject({
      ending: 'model_error',
      error: 'quota is used up',
      totals: { steps: 1 },
    });
    expect(await attempt(saying(new TypeError('undefined is not a function')))).toMatchObject({
      ending: 'model_error',
      error: 'test: undefined is not a function',
    });
  });

  test('in the sandbox is an ending without a patch', async () => {
    const sandbox = await openLocalSandbox({ 'a.py': 'x = 1\n' });
    boxes.push(sandbox);
    const broken = {
      ...sandbox,
      exec: () => Promise.reject(new SandboxError('the container is gone')),
      diff: () => Promise.reject(new SandboxError('gone')),
    };
    const trajectory = await attempt(saying(bash('ls')), { sandbox: broken });
    expect(trajectory).toMatchObject({ ending: 'sandbox_error', error: 'the container is gone', patch: '' });
  });

  test('in our own code is thrown, not hidden in a record', async () => {
    const sandbox = await openLocalSandbox({});
    boxes.push(sandbox);
    const faulty = { ...sandbox, exec: () => Promise.reject(new TypeError('a bug')) };
    await expect(attempt(saying(bash('ls')), { sandbox: faulty })).rejects.toThrow('a bug');
  });

  test('a stop from outside ends the attempt as cancelled, with what it did until then', async () => {
    const stop = new AbortController();
    const model = saying(bash('echo y=1 >> a.py'), bash('sleep 30'));
    const trajectory = await attempt(model, {
      signal: stop.signal,
      onStep: () => void setTimeout(() => stop.abort(), 200),
    });
    expect(trajectory).toMatchObject({ ending: 'cancelled', totals: { steps: 1 } });
    expect(trajectory.patch).toContain('+y=1');
  });
});

test('the native prompt hands the tools to the model and keeps its calls as data', async () => {
  const toolCalls = [{ id: 'c1', name: 'bash', arguments: { command: 'echo hi' } }];
  let tools: readonly unknown[] | undefined;
  const model = saying(
    { text: 'I look.', toolCalls },
    { text: 'Done.', toolCalls: [{ id: 'c2', name: 'submit', arguments: {} }] },
  );
  const asked: Model = {
    ...model,
    query(messages, options) {
      tools = options?.tools;
      return model.query(messages, options);
    },
  };
  const { messages, steps } = await attempt(asked, { prompt: prompts.native! });
  expect(tools).toHaveLength(3);
  expect(messages.slice(2, 4)).toEqual([
    { role: 'assistant', content: 'I look.', tool_calls: toolCalls },
    { role: 'tool', content: 'OBSERVATION:\nhi\n', tool_call_id: 'c1' },
  ]);
  expect(steps[0]).toMatchObject({
    thought: 'I look.',
    action: '<function=bash>\n<parameter=command>echo hi</parameter>\n</function>',
  });
});
