// Real programs as teachers: good ones, and every way in which one can fail.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Model } from '../../../src/agents/model/model.ts';
import { createStdioModel, type StdioOptions } from '../../../src/agents/teacher/stdio.ts';
import { AccessError, ModelError } from '../../../src/core/schema/errors.ts';

const program = join(import.meta.dirname, 'fixtures', 'teacher.mjs');
const question = [{ role: 'user' as const, content: 'It is broken.\nMend it.' }];
const open: Model[] = [];
afterEach(async () => {
  for (const model of open.splice(0)) await model.close?.();
});

function teacher(how: string, options: Omit<StdioOptions, 'command'> = {}): Model {
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

  test('that does not say what it costs is refused where a limit depends on it, and free otherwise', async () => {
    expect((await teacher('good').query(question)).costUsd).toBe(0);
    const asking = teacher('good', { mustReportCost: true }).query(question);
    await expect(asking).rejects.toBeInstanceOf(AccessError);
    await expect(asking).rejects.toThrow(/answers without `cost_usd`, so --cost-limit cannot be kept/);
    expect((await teacher('calls', { mustReportCost: true }).query(question)).costUsd).toBe(0.5);
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

  test('shows what it writes on stderr, and none of it steers the terminal', async () => {
    const shown: string[] = [];
    const write = vi.spyOn(process.stderr, 'write').mockImplementation((text) => shown.push(String(text)) > 0);
    onTestFinished(() => write.mockRestore());
    const command = String.raw`read x; printf 'caf\303' >&2; printf '\251\tred \033[31m\033]52;c;cm0=\a\n' >&2; echo '{"text":"hi"}'`;
    const model = createStdioModel({ command });
    await model.query(question);
    await model.close?.();
    expect(shown.join('')).toBe('café\tred \\u001b[31m\\u001b]52;c;cm0=\\u0007\n');
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

  test.each([
    ['at once', '{"text":"', 17],
    ['without an end', '', 1e9],
  ])('that writes too long a line %s is a model error', async (_, front, mebibytes) => {
    const model = createStdioModel({
      command: `printf '%s' '${front}'; head -c ${mebibytes}M /dev/zero | tr '\\0' a; echo`,
    });
    open.push(model);
    await expect(model.query(question)).rejects.toThrow(/wrote a line of more than 16 MiB/);
  });
});

describe('closing ends everything that the stdio teacher started', () => {
  const answer = `read x; echo '{"text":"hi"}'`;

  test.concurrent.each([
    ['its shell has ended and a child of it lives on', `${answer}; sleep 300 & exit 0`],
    ['it ignores SIGTERM', `trap '' TERM; ${answer}; while :; do sleep 0.1; done`],
    ['a child of it ignores SIGTERM', `(trap '' TERM; while :; do sleep 0.1; done) & ${answer}; wait`],
    ['a child that left its group holds its stderr', `${answer}; exec setsid sh -c 'sleep 8' </dev/null >/dev/null`],
  ])('when %s', async (_, command) => {
    const marker = `STEPWRIGHT_TEST_${Math.random().toString(36).slice(2)}`;
    const model = createStdioModel({ command, env: { [marker]: '1' } });
    await model.query(question);
    const started = performance.now();
    await model.close?.();
    expect(performance.now() - started).toBeLessThan(15_000);
    if (!command.includes('setsid')) expect(processesWith(marker)).toEqual([]);
  });
});

/** Command lines of the processes that have this in their environment. */
const processesWith = (name: string): string[] =>
  readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && read(`/proc/${pid}/environ`).includes(name))
    .map((pid) => read(`/proc/${pid}/cmdline`));

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
