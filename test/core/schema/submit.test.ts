// One rule for what submits, by whatever agent.
import { describe, expect, test } from 'vitest';
import { endingByLastAct, isSubmit } from '../../../src/core/schema/submit.ts';

const step = (name: string, args: Record<string, unknown> = {}, action = '') => ({
  thought: '',
  action,
  tool_call: { name, arguments: args },
  malformed: false,
});

describe('a step submits', () => {
  test.each([
    ["SWE-agent's tool", step('submit')],
    ["OpenHands' tool", step('finish', { message: 'done' })],
    ["terminus' tool", step('mark_task_complete')],
    ['the tool as a command, with a flag after it', step('bash', { command: 'submit flag{x}' })],
    ["mini-swe-agent's word", step('bash', { command: 'echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT && git diff' })],
    ['the word of version 1, in quotes', step('execute_bash', { cmd: 'echo "MINI_SWE_AGENT_FINAL_OUTPUT"' })],
  ])('by %s', (_, one) => {
    expect(isSubmit(one)).toBe(true);
    expect(endingByLastAct([step('bash', { command: 'ls' }), one])).toBe('submitted');
    expect(endingByLastAct([one, step('bash', { command: 'ls' })])).toBeUndefined();
    expect(isSubmit({ ...one, malformed: true })).toBe(false);
  });
});

test.each([
  ['a file that is named so', step('bash', { command: 'cat submit.py' })],
  ['a search for the word', step('bash', { command: 'grep -r COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT .' })],
  ['arguments that are no text', step('bash', { command: { toString: 1 } })],
])('%s does not submit', (_, one) => {
  expect(isSubmit(one)).toBe(false);
  expect(endingByLastAct([])).toBeUndefined();
});
