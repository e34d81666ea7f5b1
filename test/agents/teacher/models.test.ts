// The small models: scripts, recordings, prices, and how teachers are found by name.
import { expect, test } from 'vitest';
import { costOf, priceOf } from '../../../src/agents/model/prices.ts';
import { createRecordedModel } from '../../../src/agents/teacher/recorded.ts';
import { findTeacher } from '../../../src/agents/teacher/registry.ts';
import { createScriptedModel, type Policy } from '../../../src/agents/teacher/scripted.ts';
import { ModelError } from '../../../src/core/schema/errors.ts';
import type { Message } from '../../../src/core/schema/message.ts';

test('a script is sent what the environment answered, without the words before it', async () => {
  const heard: string[] = [];
  function* policy(): Policy {
    heard.push(yield { thought: 'look', call: { name: 'bash', arguments: { command: 'ls' } } });
    heard.push(yield { thought: 'done', call: { name: 'submit', arguments: {} } });
  }
  const model = createScriptedModel('two steps', policy());
  const says = (content: string): Message[] => [{ role: 'user', content }];
  expect(await model.query(says('the issue'))).toMatchObject({
    text: '<think>look</think>',
    toolCalls: [{ name: 'bash' }],
  });
  expect(await model.query(says('OBSERVATION:\na.py'))).toMatchObject({ toolCalls: [{ name: 'submit' }] });
  expect(heard).toEqual(['a.py']);
  await expect(model.query(says('OBSERVATION:\nmore'))).rejects.toThrow(/the script is over/);
});

test('a recording plays its replies in order, tool calls too, and ends as a model error', async () => {
  const call = { id: 'c', name: 'bash', arguments: { command: 'ls' } };
  const model = createRecordedModel({
    trajectory_id: 'x/teacher/0',
    model: { name: 'teacher', settings: {} },
    messages: [
      { role: 'user', content: 'issue' },
      { role: 'assistant', content: 'one', tool_calls: [call] },
      { role: 'tool', content: 'a.py', tool_call_id: 'c' },
      { role: 'assistant', content: 'two' },
    ],
  });
  expect(model.name).toBe('teacher');
  expect(await model.query([])).toMatchObject({ text: 'one', toolCalls: [call] });
  expect(await model.query([])).toMatchObject({ text: 'two', toolCalls: [] });
  await expect(model.query([])).rejects.toBeInstanceOf(ModelError);
});

test.each([
  ['claude-opus-4-5', 5, 25],
  ['claude-opus-4-5-20251101', 5, 25],
  ['claude-sonnet-5-5', 2, 10],
])('the price of %s is known', (model, input, output) => {
  expect(priceOf(model)).toMatchObject({ input, output });
});

test('a newer model is not taken for an older one whose name it begins with', () => {
  expect(() => priceOf('claude-opus-5-9')).toThrow(/No price known/);
  expect(
    costOf(
      { input_tokens: 1e6, output_tokens: 1e6, cache_read_tokens: 0, cache_write_tokens: 0 },
      priceOf('x', { allowUnknown: true }),
    ),
  ).toBe(0);
});

test.each([
  ['nobody', {}, /Unknown teacher "nobody". Known: scripted, stdio, recorded, anthropic/],
  ['constructor', {}, /Unknown teacher "constructor"/],
  ['stdio', {}, /Name it with --stdio-command/],
  ['scripted', {}, /instances with a gold patch/],
  ['anthropic', {}, /needs --model/],
  [
    'anthropic',
    { model: 'unheard-of', allowUnknownCost: true, costLimitUsd: 1 },
    /^--cost-limit: the price of "unheard-of" is unknown, so its cost cannot be limited/,
  ],
])('teacher %s without what it needs says what that is', (name, options, message) => {
  expect(() => findTeacher(name, options)).toThrow(message);
});

test('the recorded teacher finds the recording of the instance, or says that there is none', async () => {
  const modelOf = findTeacher('recorded', { recordings: [] });
  await expect(modelOf({ instanceId: 'x', attempt: 0, seed: 1 })).rejects.toThrow(/No recorded trajectory of x/);
});
