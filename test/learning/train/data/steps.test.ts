import { expect, test } from 'vitest';
import { encodeSteps, overlongWarning } from '../../../../src/learning/train/data/steps.ts';
import { echoSteps, smallStudent } from '../support.ts';

const { tokenizer } = smallStudent();
/** Answers of some 20 tokens, and as many long ones as asked for. */
const stepsWith = (long: number, count = 100) =>
  echoSteps(count).map((step, i) => (i < long ? { ...step, thought: 'e '.repeat(150) } : step));
const encode = (long: number, maxNewTokens?: number, context = 1024) =>
  encodeSteps(stepsWith(long), tokenizer, { context, maxNewTokens });

test('the longest answer is 96 tokens where the experts need no more', () => {
  expect(encode(0)).toMatchObject({ maxNewTokens: 96, overlong: 0, dropped: 0 });
});

test('it is as long as 95 % of the experts need, and the others are counted', () => {
  const { maxNewTokens, p95, overlong } = encode(10);
  expect(maxNewTokens).toBe(p95);
  expect(p95).toBeGreaterThan(300);
  expect(overlong).toBe(0);
  const few = encode(4);
  expect(few).toMatchObject({ maxNewTokens: 96, overlong: 4 });
  expect(overlongWarning(few)).toMatch(
    /^4 experts' answers are longer than --max-new-tokens 96: .* \d+ would be enough/,
  );
});

test('it leaves half of the context to prompts', () => {
  expect(encode(10, undefined, 400).maxNewTokens).toBe(200);
});

test('what is asked for holds', () => {
  expect(encode(10, 30)).toMatchObject({ maxNewTokens: 30, overlong: 10 });
  expect(overlongWarning(encode(0, 50))).toBeUndefined();
});
