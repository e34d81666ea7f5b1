import { describe, expect, test } from 'vitest';
import { renderReply } from '../../../src/agents/loop/action.ts';
import type { Message } from '../../../src/core/schema/message.ts';
import { windowMessages } from '../../../src/data/step/context.ts';

const action = (command: string) => `<function=bash>\n<parameter=command>${command}</parameter>\n</function>`;
const reply = (command: string): Message => ({
  role: 'assistant',
  content: renderReply(`why ${command}`, action(command)),
});
const shown = (command: string): Message => ({ role: 'assistant', content: action(command) });
const saw = (content: string): Message => ({ role: 'user', content });
const opening: Message[] = [
  { role: 'system', content: 'S' },
  { role: 'user', content: 'issue' },
];
const attempt = [...opening, reply('one'), saw('1'), reply('two'), saw('2'), reply('three'), saw('3')];

describe('the context of a step', () => {
  test('is the opening and the last two pairs, monologues removed', () => {
    expect(windowMessages(attempt)).toEqual([...opening, shown('two'), saw('2'), shown('three'), saw('3')]);
  });

  test.each([
    [0, []],
    [1, [shown('three'), saw('3')]],
    [3, [shown('one'), saw('1'), shown('two'), saw('2'), shown('three'), saw('3')]],
    [9, [shown('one'), saw('1'), shown('two'), saw('2'), shown('three'), saw('3')]],
  ])('a window of %i', (window, pairs) => {
    expect(windowMessages(attempt, window)).toEqual([...opening, ...pairs]);
  });

  test('of the first step is the opening', () => {
    expect(windowMessages(opening)).toEqual(opening);
    expect(windowMessages([])).toEqual([]);
  });

  test('of a context is itself: training and inference show the same', () => {
    const context = windowMessages(attempt);
    expect(windowMessages(context)).toEqual(context);
  });

  test('a malformed reply is shown without its monologue', () => {
    const malformed: Message = { role: 'assistant', content: '<think>hm</think>\nI give up.' };
    expect(windowMessages([...opening, malformed, saw('wrong')])).toEqual([
      ...opening,
      { role: 'assistant', content: 'I give up.' },
      saw('wrong'),
    ]);
  });

  test('native tool calls and results are shown as text', () => {
    const call: Message = {
      role: 'assistant',
      content: 'Look.',
      tool_calls: [{ id: 'c1', name: 'bash', arguments: { command: 'ls' } }],
    };
    const result: Message = { role: 'tool', content: 'a.py', tool_call_id: 'c1' };
    expect(windowMessages([...opening, call, result])).toEqual([...opening, shown('ls'), saw('a.py')]);
  });

  test('leaves its input alone', () => {
    const before = structuredClone(attempt);
    windowMessages(attempt, 1);
    expect(attempt).toEqual(before);
  });
});
