import { expect, test } from 'vitest';
import type { Message } from '../../../../src/core/schema/message.ts';
import { writeStudent } from '../../../../src/learning/student/checkpoint/files.ts';
import { initStudent } from '../../../../src/learning/student/decoder/init.ts';
import { createDynamicBatcher } from '../../../../src/learning/student/serve/dynamic-batcher.ts';
import type { GenerationWorker } from '../../../../src/learning/student/serve/generation-worker.ts';
import { createStudentModel, openStudentModel } from '../../../../src/learning/student/serve/model.ts';
import { createStudent } from '../../../../src/learning/student/student.ts';
import { temporaryFolder } from '../../../support/temp.ts';

/** A real student in this thread whose calls are noted. */
async function notedStudent() {
  const files = initStudent(['ls'], { size: 'tiny', vocabularySize: 260, contextLength: 128, seed: 3 });
  const student = await createStudent(files, 'wasm');
  const prompts: string[][] = [];
  const copy: GenerationWorker = {
    answer: async (queries, settings) => {
      prompts.push(queries.map(({ prompt }) => student.tokenizer.decode(prompt)));
      const all = queries.map(({ prompt }) => prompt);
      return (await student.generate(all, settings)).map(([answer]) => answer!);
    },
    stop: async () => student.dispose(),
  };
  const modelOf = (maxNewTokens = 96, copies = [copy]) =>
    createStudentModel(student, createDynamicBatcher(copies, { maxNewTokens, temperature: 0 }), {
      name: 's',
      maxNewTokens,
    });
  return { modelOf, copy, prompts };
}

const user = (content: string): Message => ({ role: 'user', content });
const turn = (command: string): Message => ({
  role: 'assistant',
  content: `<think>t</think>\n<function=bash>\n<parameter=command>${command}</parameter>\n</function>`,
});

test('queries that come together are answered in one batch, each with its own reply', async () => {
  const { modelOf, prompts } = await notedStudent();
  const model = modelOf(6);
  const replies = await Promise.all(['a', 'b', 'c'].map((text) => model.query([user(text)])));
  expect(prompts).toHaveLength(1);
  expect(prompts[0]).toHaveLength(3);
  expect(replies[0]!.usage).toMatchObject({ output_tokens: 6 });
  expect(replies[0]!.costUsd).toBe(0);
});

test('a greedy student is asked the same once', async () => {
  const { modelOf, prompts } = await notedStudent();
  const model = modelOf(6);
  const [first, together] = await Promise.all(['a', 'a'].map((text) => model.query([user(text)])));
  const later = await model.query([user('a')]);
  expect(prompts.map((batch) => batch.length)).toEqual([1]);
  expect([together, later]).toEqual([first, first]);
});

test('the student is shown the issue and the last two pairs, thoughts left out', async () => {
  const { modelOf, prompts } = await notedStudent();
  const model = modelOf(1);
  await model.query([user('I'), turn('x1'), user('o1'), turn('x2'), user('o2'), turn('x3'), user('o3')]);
  const shown = prompts[0]![0]!;
  expect(shown).toContain('<|im_start|>user\nI<|im_end|>');
  expect(shown).not.toContain('x1');
  expect(shown).toContain('<parameter=command>x2</parameter>');
  expect(shown).toContain('o3');
  expect(shown).not.toContain('<think>');
});

test('of a conversation that is too long the end is kept', async () => {
  const { modelOf, prompts } = await notedStudent();
  const model = modelOf(8);
  const reply = await model.query([user('y '.repeat(400)), turn('ls'), user('LAST')]);
  expect(prompts[0]![0]).toMatch(/LAST<\|im_end\|>\n<\|im_start\|>assistant\n$/);
  expect(reply.usage.input_tokens).toBe(120);
});

test('an aborted query does not reach the student', async () => {
  const { modelOf, prompts } = await notedStudent();
  const model = modelOf();
  await expect(model.query([user('a')], { signal: AbortSignal.abort() })).rejects.toThrow();
  expect(prompts).toEqual([]);
});

test('a failing student fails every query of the batch as a model error', async () => {
  const { modelOf, copy } = await notedStudent();
  const broken = { ...copy, answer: async () => Promise.reject(new Error('out of memory')) };
  const model = modelOf(96, [broken]);
  const outcomes = await Promise.allSettled([model.query([user('a')]), model.query([user('b')])]);
  for (const outcome of outcomes) expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'MODEL' } });
});

test('copies in threads answer as one in this thread does, and share what waits', async () => {
  const folder = temporaryFolder();
  await writeStudent(folder, initStudent(['ls'], { size: 'tiny', vocabularySize: 260, contextLength: 128, seed: 3 }));
  const questions = ['a', 'bb', 'ccc', 'dddd'].map((text) => [user(text)]);
  const ask = async (workers: number): Promise<string[]> => {
    await using model = await openStudentModel(folder, { maxNewTokens: 6, workers });
    return (await Promise.all(questions.map((messages) => model.query(messages)))).map(({ text }) => text);
  };
  expect(await ask(2)).toEqual(await ask(0));
});

test('while one copy answers, the other takes what comes', async () => {
  const { modelOf, copy } = await notedStudent();
  const busy = [0, 0];
  const slow = [0, 1].map(
    (at): GenerationWorker => ({
      ...copy,
      answer: async (queries, settings) => {
        busy[at]! += queries.length;
        await new Promise((resolve) => setTimeout(resolve, 100));
        return copy.answer(queries, settings);
      },
    }),
  );
  const model = modelOf(1, slow);
  const first = model.query([user('a')]);
  await new Promise((resolve) => setTimeout(resolve, 60));
  await Promise.all([first, model.query([user('b')])]);
  expect(busy).toEqual([1, 1]);
});
