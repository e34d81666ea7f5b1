// Real programs as teachers: good ones, and every way in which one can fail.
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { Model } from '../../../src/agents/model/model.ts';
import { createStdioModel } from '../../../src/agents/teacher/stdio.ts';
import { ModelError } from '../../../src/core/schema/errors.ts';

const program = join(import.meta.dirname, 'fixtures', 'teacher.mjs');
const question = [{ role: 'user' as const, content: 'It is broken.\nMend it.' }];
const open: Model[] = [];
afterEach(async () => {
  for (const model of open.splice(0)) await model.close?.();
});

function teacher(how: string, options: { timeoutMs?: number; env?: Record<string, string> } = {}): Model {
  const model = createStdioModel({ command: `node '${program}' ${how}`, ...options });
  open.push(model);
  return model;
}

describe('the stdio teacher', () => {
  test('is asked with one line and answers with one line, in one process for the whole attempt', async () => {
    const model = teacher('good');
    expect((await model.query(question)).text).toBe('turn 1, saw 1 messages and 0 tools');
    const tools = [{ name: 'bash', description: '', parameters: {} }];
    expect((await model.query([...question, ...question], { tools })).text).toBe('turn 2, saw 2 messages and 1 tools');
  });

  test('may answer with tool calls, usage and cost', async () => {
    expect(await teacher('calls').query(question)).toEqual({
      text: 'look',
      toolCalls: [{ name: 'bash', arguments: { command: 'ls' } }],
      usage: { input_tokens: 3, output_tokens: 2, cache_read_tokens: 0, cache_write_tokens: 0 },
      costUsd: 0.5,
    });
  });

  test('is told in its environment which attempt it is', async () => {
    const env = { STEPWRIGHT_INSTANCE_ID: 'toolz.x__1', STEPWRIGHT_ATTEMPT: '2' };
    expect((await teacher('environment', { env }).query(question)).text).toBe('toolz.x__1 2');
  });

  test.each([
    ['dies', /ended \(exit 3\) without an answer/],
    ['garbage', /must answer with one JSON line .*not JSON, got "I think we should run the tests"/],
    ['wrong-shape', /must answer with one JSON line .*`text`.* got "\{\\"reply\\":\\"ls\\"\}"/],
  ])('that %s is a model error that says so', async (how, message) => {
    const failure = teacher(how).query(question);
    await expect(failure).rejects.toBeInstanceOf(ModelError);
    await expect(failure).rejects.toThrow(message);
  });

  test('that does not exist is a model error', async () => {
    const model = createStdioModel({ command: '/no/such/program' });
    open.push(model);
    await expect(model.query(question)).rejects.toThrow(/ended \(exit 127\)/);
  });

  test('that takes too long is a model error, and is ended by close', async () => {
    const model = teacher('slow', { timeoutMs: 300 });
    await expect(model.query(question)).rejects.toThrow(/no answer within 0.3 s/);
    const started = performance.now();
    await model.close?.();
    expect(performance.now() - started).toBeLessThan(5000);
  });

  test('is no longer waited for when the attempt is stopped', async () => {
    const stop = new AbortController();
    const answer = teacher('slow').query(question, { signal: stop.signal });
    setTimeout(() => stop.abort(), 100);
    await expect(answer).rejects.toThrow(/abort/i);
  });
});
