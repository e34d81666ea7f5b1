// The real SDK against a server on the loopback that speaks the Messages API.
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import { createAnthropicModel } from '../../../src/agents/model/anthropic.ts';
import { AccessError, ModelError } from '../../../src/core/schema/errors.ts';
import type { Message } from '../../../src/core/schema/message.ts';

interface Request {
  model: string;
  system?: string;
  messages: { role: string; content: { type: string; [key: string]: unknown }[] }[];
  tools?: { name: string; input_schema: unknown }[];
}
type Answer = { status?: number; headers?: Record<string, string>; body?: unknown; never?: boolean };

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

const usage = {
  input_tokens: 1000,
  output_tokens: 200,
  cache_read_input_tokens: 5000,
  cache_creation_input_tokens: 400,
};
const message = (content: unknown[]): Answer => ({
  body: {
    id: 'm',
    type: 'message',
    role: 'assistant',
    model: 'x',
    content,
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage,
  },
});
const text = (words: string) => ({ type: 'text', text: words, citations: null });

/** Answers in order; keeps what it was asked. */
async function serve(answers: Answer[]): Promise<{ baseUrl: string; asked: Request[]; keys: unknown[] }> {
  const asked: Request[] = [];
  const keys: unknown[] = [];
  server = createServer(async (request: IncomingMessage, response) => {
    asked.push((await json(request)) as Request);
    keys.push(request.headers.authorization);
    const { status = 200, headers = {}, body, never } = answers[asked.length - 1] ?? { status: 500 };
    if (never) return;
    response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify(body ?? { type: 'error', error: { type: 'x', message: 'no' } }));
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, keys };
}

const teacher = (baseUrl: string, more: object = {}) =>
  createAnthropicModel({ model: 'claude-sonnet-5-5', apiKey: 'test-key', baseUrl, ...more });
const opening: Message[] = [
  { role: 'system', content: 'You repair.' },
  { role: 'user', content: 'It is broken.' },
];
const bash = { name: 'bash', description: 'runs', parameters: { type: 'object', properties: {} } };

describe('the anthropic teacher', () => {
  test('sends system and turns, and reads text, usage and cost', async () => {
    const { baseUrl, asked, keys } = await serve([
      message([text('<think>hm</think>\n<function=submit>\n</function>')]),
    ]);
    const reply = await teacher(baseUrl).query(opening);
    expect(asked[0]).toMatchObject({ model: 'claude-sonnet-5-5', system: 'You repair.' });
    expect(asked[0]!.tools).toBeUndefined();
    expect(asked[0]!.messages).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'It is broken.', cache_control: { type: 'ephemeral' } }] },
    ]);
    expect(keys).toEqual(['Bearer test-key']);
    expect(reply.text).toBe('<think>hm</think>\n<function=submit>\n</function>');
    expect(reply.usage).toEqual({
      input_tokens: 1000,
      output_tokens: 200,
      cache_read_tokens: 5000,
      cache_write_tokens: 400,
    });
    // 1000 × 2 + 200 × 10 + 5000 × 0.1 + 400 × 2.5 dollars per million
    expect(reply.costUsd).toBeCloseTo(0.0055, 10);
  });

  test('uses native tools, and gives its own blocks back unchanged with the result of each call', async () => {
    const blocks = [
      { type: 'thinking', thinking: 'look first', signature: 'signed' },
      { type: 'tool_use', id: 'call-1', name: 'bash', input: { command: 'ls' }, caller: { type: 'direct' } },
    ];
    const { baseUrl, asked } = await serve([message(blocks), message([text('done')])]);
    const model = teacher(baseUrl);
    const first = await model.query(opening, { tools: [bash] });
    expect(first.text).toBe('<think>look first</think>');
    expect(first.toolCalls).toEqual([{ id: 'call-1', name: 'bash', arguments: { command: 'ls' } }]);
    await model.query(
      [
        ...opening,
        { role: 'assistant', content: first.text, tool_calls: first.toolCalls },
        { role: 'tool', content: 'a.py', tool_call_id: 'call-1' },
      ],
      { tools: [bash] },
    );
    expect(asked[1]!.tools).toEqual([{ name: 'bash', description: 'runs', input_schema: bash.parameters }]);
    expect(asked[1]!.messages[1]).toEqual({ role: 'assistant', content: blocks });
    expect(asked[1]!.messages[2]!.content).toEqual([
      { type: 'tool_result', tool_use_id: 'call-1', content: 'a.py', cache_control: { type: 'ephemeral' } },
    ]);
  });

  test('puts the results of all calls of a turn into one message', async () => {
    const { baseUrl, asked } = await serve([message([text('ok')])]);
    const calls = ['a', 'b'].map((id) => ({ id, name: 'bash', arguments: {} }));
    const results = ['a', 'b'].map((id): Message => ({ role: 'tool', content: 'no', tool_call_id: id }));
    await teacher(baseUrl).query([...opening, { role: 'assistant', content: '', tool_calls: calls }, ...results]);
    expect(asked[0]!.messages.map(({ role, content }) => [role, content.map(({ type }) => type)])).toEqual([
      ['user', ['text']],
      ['assistant', ['tool_use', 'tool_use']],
      ['user', ['tool_result', 'tool_result']],
    ]);
  });

  test('waits as told and asks again when it is told to slow down', async () => {
    const slowDown = { status: 429, headers: { 'retry-after-ms': '20' } };
    const { baseUrl, asked } = await serve([slowDown, slowDown, message([text('now')])]);
    expect((await teacher(baseUrl).query(opening)).text).toBe('now');
    expect(asked).toHaveLength(3);
  });

  test('is a model error after the last retry, with what the server said', async () => {
    const { baseUrl, asked } = await serve(Array(3).fill({ status: 529, headers: { 'retry-after-ms': '5' } }));
    await expect(teacher(baseUrl, { maxRetries: 2 }).query(opening)).rejects.toThrow(/claude-sonnet-5-5: HTTP 529/);
    expect(asked).toHaveLength(3);
  });

  const refusal = (status: number, type: string, words: string): Answer => ({
    status,
    body: { type: 'error', error: { type, message: words } },
  });
  test.each([
    [
      'the key is refused',
      refusal(401, 'authentication_error', 'invalid x-api-key'),
      /the key was refused \(401\)\. Check ANTHROPIC_API_KEY/,
    ],
    [
      'the key may not use the model',
      refusal(403, 'permission_error', 'not yours'),
      /the key may not use it \(403: .*not yours.*\)/,
    ],
    [
      'the credit is used up',
      refusal(400, 'invalid_request_error', 'Your credit balance is too low to access the API.'),
      /credit is used up/,
    ],
    ['payment is due', refusal(402, 'billing_error', 'pay'), /credit is used up/],
    [
      'the model is unknown',
      refusal(404, 'not_found_error', 'model: x'),
      /does not know the model \(404\)\. Check --model/,
    ],
  ])('refuses access at once, and not only this call, when %s', async (_, answer, words) => {
    const { baseUrl, asked } = await serve([answer]);
    const asking = teacher(baseUrl).query(opening);
    await expect(asking).rejects.toBeInstanceOf(AccessError);
    await expect(asking).rejects.toThrow(words);
    expect(asked).toHaveLength(1);
  });

  test('leaves a request that is wrong by itself a model error', async () => {
    const { baseUrl } = await serve([refusal(400, 'invalid_request_error', 'prompt is too long')]);
    await expect(teacher(baseUrl).query(opening)).rejects.toBeInstanceOf(ModelError);
  });

  test('is a model error when no answer comes in time', async () => {
    const { baseUrl } = await serve([{ never: true }]);
    await expect(teacher(baseUrl, { timeoutMs: 100, maxRetries: 0 }).query(opening)).rejects.toThrow(
      /no answer in time/,
    );
  });

  test('stops when the attempt is stopped', async () => {
    const { baseUrl } = await serve([{ never: true }]);
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 100);
    await expect(teacher(baseUrl).query(opening, { signal: stop.signal })).rejects.toThrow(/abort/i);
  });

  test('needs a key and a model whose price is known', () => {
    expect(() => createAnthropicModel({ model: 'claude-sonnet-5-5', apiKey: '' })).toThrow(/Set ANTHROPIC_API_KEY/);
    expect(() => createAnthropicModel({ model: 'claude-9', apiKey: 'k' })).toThrow(
      /No price known for model "claude-9".*--allow-unknown-cost/,
    );
    expect(createAnthropicModel({ model: 'claude-9', apiKey: 'k', allowUnknownCost: true }).name).toBe('claude-9');
  });
});
