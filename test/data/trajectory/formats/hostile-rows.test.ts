// Whatever JSON stands in a row: it is read, or refused in one line. No reader throws anything that is not meant for people.
import { describe, expect, test } from 'vitest';
import { createRandom, pick, type Random } from '../../../../src/core/run/random.ts';
import { ConfigError } from '../../../../src/core/schema/errors.ts';
import { trajectorySchema } from '../../../../src/core/schema/trajectory.ts';
import * as format from '../../../../src/data/trajectory/formats/format.ts';
import { importRow } from '../../../../src/data/trajectory/formats/import.ts';
import { atif } from '../../../../src/data/trajectory/formats/in/atif.ts';
import { anthropic, openai } from '../../../../src/data/trajectory/formats/in/chat-logs.ts';
import { harborTraces } from '../../../../src/data/trajectory/formats/in/harbor-traces.ts';
import { mini } from '../../../../src/data/trajectory/formats/in/mini.ts';
import { nebius } from '../../../../src/data/trajectory/formats/in/nebius.ts';
import { openhands } from '../../../../src/data/trajectory/formats/in/openhands.ts';
import { openhandsRows } from '../../../../src/data/trajectory/formats/in/openhands-rows.ts';
import { r2eGym } from '../../../../src/data/trajectory/formats/in/r2e-gym.ts';
import { stepwright } from '../../../../src/data/trajectory/formats/in/stepwright.ts';
import { sweAgent } from '../../../../src/data/trajectory/formats/in/swe-agent.ts';
import { sweSmith } from '../../../../src/data/trajectory/formats/in/swe-smith.ts';
import { writers } from '../../../../src/data/trajectory/formats/writers.ts';
import { anyTrajectory } from './any-trajectory.ts';
import { call } from './read-row.ts';

const CASES = 400;

const xml = '<function=bash>\n<parameter=command>ls</parameter>\n</function>';
const chat = [
  { role: 'user', content: 'Fix' },
  { role: 'assistant', content: 'x', tool_calls: [call('a', 'bash', '{"command":"ls"}')] },
  { role: 'tool', content: [{ type: 'text', text: 'a' }], tool_call_id: 'a' },
];
const trajectory = anyTrajectory('hostile');
const formats: [format.Format, object][] = [
  [stepwright, trajectory],
  [atif, writers.atif(trajectory)],
  [mini, writers.mini(trajectory)],
  [sweSmith, { ...writers['swe-smith'](trajectory), instance_id: 'i' }],
  [openai, { messages: chat, tools: [{ function: { name: 'bash' } }], response: { choices: [{ message: chat[1] }] } }],
  [
    anthropic,
    {
      system: 'S',
      messages: [
        { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'bash', input: { command: 'ls' } }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: 'a' }] },
      ],
    },
  ],
  [
    sweAgent,
    {
      environment: 'e',
      trajectory: [
        {
          action: 'ls',
          observation: 'a',
          response: 'L',
          thought: 'L',
          state: '{"working_dir":"/"}',
          execution_time: 1,
        },
      ],
      history: [{ role: 'assistant', content: 'L', action: 'ls', tool_calls: [call('a', 'bash', '{}')] }],
      info: { exit_status: 'submitted', submission: 'diff', model_stats: { instance_cost: 1, api_calls: 1 } },
      replay_config: '{"problem_statement":{"id":"i"}}',
    },
  ],
  [
    nebius,
    {
      trajectory: [
        { role: 'user', text: 'F' },
        { role: 'ai', text: '```\nls\n```' },
      ],
      target: true,
      exit_status: 'submitted',
    },
  ],
  [
    r2eGym,
    {
      trajectory_steps: [{ thought: 't', action: xml, observation: 'Exit code: 0\n' }],
      exit_reason: 'agent',
      reward: 1,
    },
  ],
  [harborTraces, { conversations: chat, task: 't', episode: 1, trial_name: 'n', result: '1' }],
  [
    openhands,
    {
      instance_id: 'i',
      history: [
        { id: 1, source: 'user', action: 'message', args: { content: 'Fix' } },
        { id: 2, source: 'agent', action: 'run', args: { command: 'ls', thought: 't' } },
        { id: 3, cause: 2, observation: 'run', content: 'a', extras: { metadata: { exit_code: 0 } } },
        {
          kind: 'ActionEvent',
          id: 'x',
          source: 'agent',
          tool_call: { id: 'b', name: 'bash', arguments: '{' },
          thought: [],
        },
        { kind: 'AgentErrorEvent', tool_call_id: 'b', error: 'bad' },
      ],
      metrics: { accumulated_cost: 1 },
    },
  ],
  [openhandsRows, { trajectory: chat, tools: [], model_patch: 'diff' }],
];

const HOSTILE: readonly unknown[] = [
  ...[
    null,
    true,
    0,
    -1,
    JSON.parse('1e400'),
    1e308,
    0.5,
    '',
    ' ',
    '\ud800',
    '\udc00x',
    '\0',
    '../..',
    '__proto__',
    'constructor',
    '[',
    '{}',
    '[null]',
  ],
  ...[
    [],
    [null],
    [[]],
    {},
    { toString: 1 },
    { constructor: 1 },
    { length: 3 },
    [{ role: 'assistant' }],
    [{ role: 'user', content: {} }],
  ],
  JSON.parse('{"__proto__": {"role": "user"}, "constructor": null}'),
  'submitted (constructor)',
  '<tool_call>{"name":"toString","arguments":"{\\"__proto__\\":1}"}</tool_call>',
  '<function=constructor>\n<parameter=__proto__>x</parameter>\n</function>',
];
const KEYS = [
  '__proto__',
  'constructor',
  'toString',
  'role',
  'content',
  'message',
  'tool_calls',
  'extra',
  'id',
  '\ud800',
];

/** A copy with one to three of its values replaced, taken away or joined by others. */
function mutate(row: object, random: Random): Record<string, unknown> {
  const copy = structuredClone(row);
  for (let times = 1 + Math.floor(random() * 3); times > 0; times--) {
    let at: object = copy;
    for (;;) {
      const inner = Object.values(at).filter((value) => typeof value === 'object' && value !== null);
      if (inner.length === 0 || random() < 0.25) break;
      at = pick(random, inner);
    }
    const keys = Object.keys(at);
    const isNew = !Array.isArray(at) && (random() < 0.2 || keys.length === 0);
    if (!isNew && keys.length === 0) continue;
    const key = pick(random, isNew ? KEYS : keys);
    if (random() < 0.15) Reflect.deleteProperty(at, key);
    else
      Object.defineProperty(at, key, {
        value: structuredClone(pick(random, HOSTILE)),
        enumerable: true,
        configurable: true,
        writable: true,
      });
  }
  return copy as Record<string, unknown>;
}

describe.each(formats)('$name', (one, row) => {
  const source = { place: { file: 'a.jsonl', line: 1, byte_offset: 0 }, bytes: Buffer.from('x') };

  test('the row itself is read', () => {
    expect(one.isRow(row as Record<string, unknown>)).toBe(true);
    expect(() => one.read(row as Record<string, unknown>, source)).not.toThrow();
  });

  test(`reads or refuses ${CASES} mutations of it`, () => {
    const random = createRandom(one.name);
    for (let n = 0; n < CASES; n++) {
      const mutated = mutate(row, random);
      const told = (): string => `case ${n}: ${JSON.stringify(mutated).slice(0, 2000)}`;
      const isRow = attempt(() => one.isRow(mutated));
      expect(isRow, told()).not.toBeInstanceOf(Error);
      if (isRow !== true) continue;
      const read = attempt(() => [one.read(mutated, source)].flat());
      if (read instanceof Error) {
        expect(read instanceof format.FormatError || read instanceof ConfigError, `${told()}\n${read.stack}`).toBe(
          true,
        );
        expect(read.message, told()).toMatch(/^[^\n]+$/);
        continue;
      }
      for (const trajectory of read) {
        expect(
          trajectorySchema.omit({ trajectory_id: true, instance_id: true }).safeParse(trajectory).error,
          told(),
        ).toBeUndefined();
        for (const write of Object.values(writers))
          expect(() => JSON.stringify(write(trajectory)), told()).not.toThrow();
      }
    }
  });
});

test('any JSON value is refused in a line', () => {
  for (const value of [...HOSTILE, HOSTILE, { messages: HOSTILE }, { history: HOSTILE }, { trajectory: HOSTILE }]) {
    const items = importRow({ file: 'a', line: 1, byteOffset: 0, bytes: Buffer.from('x'), value });
    for (const item of items) if ('why' in item) expect(item.why).toMatch(/^[^\n]*$/);
  }
  expect({}).not.toHaveProperty('role');
});

function attempt<T>(make: () => T): T | Error {
  try {
    return make();
  } catch (error) {
    return error as Error;
  }
}
