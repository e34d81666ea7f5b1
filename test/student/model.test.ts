import { expect, test } from 'vitest';
import type { Message } from '../../src/schema/message.ts';
import { initStudent } from '../../src/student/init.ts';
import { createStudentModel } from '../../src/student/model.ts';
import { createStudent, type Student } from '../../src/student/student.ts';

/** A real student whose calls are noted. */
async function notedStudent(): Promise<{ student: Student; prompts: string[][] }> {
  const files = initStudent(['ls'], { size: 'tiny', vocabularySize: 260, contextLength: 128, seed: 3 });
  const student = await createStudent(files, 'wasm');
  const prompts: string[][] = [];
  const generate: Student['generate'] = (batch, settings) => {
    prompts.push(batch.map((prompt) => student.tokenizer.decode(prompt)));
    return student.generate(batch, settings);
  };
  return { student: { ...student, generate }, prompts };
}

const user = (content: string): Message => ({ role: 'user', content });
const turn = (command: string): Message => ({
  role: 'assistant',
  content: `<think>t</think>\n<function=bash>\n<parameter=command>${command}</parameter>\n</function>`,
});

test('queries that come together are answered in one batch, each with its own reply', async () => {
  const { student, prompts } = await notedStudent();
  const model = createStudentModel(student, { name: 's', maxNewTokens: 6 });
  const replies = await Promise.all(['a', 'b', 'a'].map((text) => model.query([user(text)])));
  expect(prompts).toHaveLength(1);
  expect(prompts[0]).toHaveLength(3);
  expect(replies[0]!.text).toBe(replies[2]!.text);
  expect(replies[0]!.usage).toMatchObject({ output_tokens: 6 });
  expect(replies[0]!.costUsd).toBe(0);
});

test('the student is shown the issue and the last two pairs, thoughts left out', async () => {
  const { student, prompts } = await notedStudent();
  const model = createStudentModel(student, { name: 's', maxNewTokens: 1 });
  await model.query([user('I'), turn('x1'), user('o1'), turn('x2'), user('o2'), turn('x3'), user('o3')]);
  const shown = prompts[0]![0]!;
  expect(shown).toContain('<|im_start|>user\nI<|im_end|>');
  expect(shown).not.toContain('x1');
  expect(shown).toContain('<parameter=command>x2</parameter>');
  expect(shown).toContain('o3');
  expect(shown).not.toContain('<think>');
});

test('of a conversation that is too long the end is kept', async () => {
  const { student, prompts } = await notedStudent();
  const model = createStudentModel(student, { name: 's', maxNewTokens: 8 });
  const reply = await model.query([user('y '.repeat(400)), turn('ls'), user('LAST')]);
  expect(prompts[0]![0]).toMatch(/LAST<\|im_end\|>\n<\|im_start\|>assistant\n$/);
  expect(reply.usage.input_tokens).toBe(120);
});

test('an aborted query does not reach the student', async () => {
  const { student, prompts } = await notedStudent();
  const model = createStudentModel(student, { name: 's' });
  await expect(model.query([user('a')], { signal: AbortSignal.abort() })).rejects.toThrow();
  expect(prompts).toEqual([]);
});

test('a failing student fails every query of the batch as a model error', async () => {
  const { student } = await notedStudent();
  const broken = {
    ...student,
    generate: () => {
      throw new Error('out of memory');
    },
  } as Student;
  const model = createStudentModel(broken, { name: 's' });
  const outcomes = await Promise.allSettled([model.query([user('a')]), model.query([user('b')])]);
  for (const outcome of outcomes) expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'MODEL' } });
});
