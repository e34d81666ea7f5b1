import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Model } from '../../../src/agents/model/model.ts';
import type { StepInstance } from '../../../src/core/schema/step-instance.ts';
import { meanReward, scoreSteps } from '../../../src/results/evaluate/step-reward.ts';
import { temporaryFolder } from '../../support/temp.ts';

const action = (command: string) => `<function=bash>\n<parameter=command>${command}</parameter>\n</function>`;
const step = (id: string, command: string): StepInstance => ({
  id,
  instance_id: 'i',
  trajectory_id: 't',
  step: 0,
  steps: 1,
  prompt: [{ role: 'user', content: id }],
  action: action(command),
  thought: '',
  tool: 'bash',
  kind: 'run',
  split: 'heldout',
});

/** Answers `ls` to everything but the step called `silent`, and counts. */
const createModel = (): Model & { asked: number } => ({
  name: 'ls',
  settings: {},
  asked: 0,
  async query([message]) {
    this.asked += 1;
    const text = message?.content === 'silent' ? 'I do not know.' : `<think>t</think>\n${action('ls')}`;
    return {
      text,
      toolCalls: [],
      usage: { input_tokens: 1, output_tokens: 1, cache_read_tokens: 0, cache_write_tokens: 0 },
      costUsd: 0,
    };
  },
});

test('every step is answered, rewarded and kept; the mean counts broken formats as -1', async () => {
  const [file, model] = [join(temporaryFolder(), 'steps.jsonl'), createModel()];
  const options = { model, file, concurrency: 2, emit: () => undefined };
  const scores = await scoreSteps({ ...options, steps: [step('a', 'ls'), step('silent', 'ls')] });
  expect(scores.map(({ reward, format_ok }) => [reward, format_ok])).toEqual([
    [1, true],
    [-1, false],
  ]);
  expect(meanReward(scores)).toBe(0);
  expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(2);

  const again = await scoreSteps({ ...options, steps: [step('a', 'ls'), step('silent', 'ls'), step('b', 'pwd')] });
  expect(model.asked).toBe(3);
  expect(again).toHaveLength(3);
  expect(again[2]!.reward).toBeLessThan(1);
});

test('no steps have no mean', () => {
  expect(meanReward([])).toBeNull();
});
