import { describe, expect, test } from 'vitest';
import { renderReply } from '../../../src/agents/loop/action.ts';
import { sequenceRatio } from '../../../src/data/reward/difflib/ratio.ts';
import { createPairReward } from '../../../src/data/reward/pairs.ts';
import { srlReward } from '../../../src/data/reward/srl-reward.ts';

const bash = (command: string) => `<function=bash>\n<parameter=command>${command}</parameter>\n</function>`;
const expert = bash('sed -i s/a/b/ x.py');

describe('the reward', () => {
  test('is 1 for the expert action, whatever the monologue says', () => {
    for (const thought of ['', 'b', 'a long monologue\nover lines with <function= in it'])
      expect(srlReward(renderReply(thought, expert), expert)).toEqual({ reward: 1, formatOk: true, similarity: 1 });
  });

  test('is difflib with the model action first, the expert second', () => {
    const [model, teacher] = [bash('tide'), bash('diet')];
    expect(srlReward(renderReply('t', model), teacher).reward).toBe(sequenceRatio(model, teacher));
    expect(sequenceRatio(model, teacher)).not.toBe(sequenceRatio(teacher, model));
  });

  test('compares canonical actions: newlines around a value are form, not content', () => {
    const spread = '<function=bash>\n<parameter=command>\nsed -i s/a/b/ x.py\n</parameter>\n</function>';
    expect(srlReward(renderReply('t', spread), expert).reward).toBe(1);
  });

  test('is -1, not 0, when the format is broken', () => {
    expect(srlReward(expert, expert)).toEqual({ reward: -1, formatOk: false, similarity: 0 });
  });

  test('accepts prose before the action when the format is lenient', () => {
    expect(srlReward(`I will edit.\n${expert}`, expert, { format: 'lenient' }).reward).toBe(1);
    expect(srlReward('I will edit.', expert, { format: 'lenient' }).reward).toBe(-1);
  });
});

describe('an expert action in another tool format', () => {
  const reply = '<think>t</think>\n```bash\nsed -i s/a/b/ x.py\n```';

  test('is compared in its canonical text, as the reply is', () => {
    const options = { toolFormat: 'bash_block' } as const;
    expect(srlReward(reply, expert, options).reward).toBe(1);
    expect(srlReward(reply, '```bash\nsed -i s/a/b/ x.py\n```', options).reward).toBe(1);
    expect(srlReward(reply, expert).reward).toBe(-1);
  });
});

describe('pairs from other programs', () => {
  test('two actions are compared as they are', async () => {
    const rewardOf = await createPairReward();
    expect(rewardOf({ a: 'abcd', b: 'bcde' })).toEqual({ similarity: 0.75, reward: 0.75, format_ok: true });
  });

  test('a reply is checked first', async () => {
    const rewardOf = await createPairReward();
    expect(rewardOf({ text: 'abcd', expert: 'bcde' })).toEqual({ similarity: 0, reward: -1, format_ok: false });
  });

  test('autojunk can be switched off', async () => {
    const [a, b] = [`y${'x'.repeat(100)}`, `${'x'.repeat(150)}${'y'.repeat(60)}`];
    const [on, off] = await Promise.all([createPairReward(), createPairReward({ autojunk: false })]);
    expect(on({ a, b }).reward).toBeLessThan(off({ a, b }).reward);
  });

  test('another similarity is asked for by name', async () => {
    const rewardOf = await createPairReward({ similarity: 'levenshtein' });
    expect(rewardOf({ a: 'kitten', b: 'sitting' }).reward).toBe(0.5714285714285714);
    expect(rewardOf({ text: renderReply('t', bash('ls')), expert: bash('ls') }).reward).toBe(1);
  });
});
