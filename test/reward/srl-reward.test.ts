import { describe, expect, test } from 'vitest';
import { renderReply } from '../../src/agent/action.ts';
import { sequenceRatio } from '../../src/reward/difflib/ratio.ts';
import { checkFormat } from '../../src/reward/format.ts';
import { pairReward } from '../../src/reward/pairs.ts';
import { srlReward } from '../../src/reward/srl-reward.ts';

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

describe('the strict format', () => {
  const ls = bash('ls');
  test.each([
    ['an action alone', ls, 'the reply must start with <think>'],
    ['prose first', `Hm. <think>t</think>\n${ls}`, 'the reply must start with <think>'],
    ['an open monologue', `<think>t\n${ls}`, '<think> is never closed'],
    ['two monologues', `<think>a<think>b</think>\n${ls}`, 'more than one <think>'],
    ['a second monologue', `<think>a</think><think>b</think>\n${ls}`, 'text between </think> and the action'],
    ['no action', '<think>t</think>', 'no action after </think>'],
    ['prose instead of an action', '<think>t</think>\nls', 'text between </think> and the action'],
    ['prose between', `<think>t</think>\nNow:\n${ls}`, 'text between </think> and the action'],
    ['text after the action', `<think>t</think>\n${ls}\nDone.`, 'text after the action'],
    [
      'an unclosed action',
      '<think>t</think>\n<function=bash>\n<parameter=command>ls</parameter>',
      'text after the action',
    ],
    ['two actions', `<think>t</think>\n${ls}\n${ls}`, 'expected one action, got 2'],
    ['no parameters', '<think>t</think>\n<function=bash>ls</function>', 'text between the parameters of the action'],
    [
      'an unclosed parameter',
      '<think>t</think>\n<function=bash>\n<parameter=command>ls\n</function>',
      'text between the parameters of the action',
    ],
    ['the empty reply', '', 'the reply must start with <think>'],
  ])('rejects %s', (_what, text, malformed) => {
    expect(checkFormat(text)).toEqual({ malformed });
  });

  test.each([
    ['white space around', `\n <think>t</think>\n\n${ls}\n`],
    ['an empty monologue', `<think></think>${ls}`],
    ['an action without parameters', '<think>t</think>\n<function=submit>\n</function>'],
    ['think tags inside a value', `<think>t</think>\n${bash('echo "<think>x</think>"')}`],
  ])('accepts %s', (_what, text) => {
    expect(checkFormat(text)).toHaveProperty('action');
  });
});

describe('pairs from other programs', () => {
  test('two actions are compared as they are', () => {
    expect(pairReward({ a: 'abcd', b: 'bcde' })).toEqual({ similarity: 0.75, reward: 0.75, format_ok: true });
  });

  test('a reply is checked first', () => {
    expect(pairReward({ text: 'abcd', expert: 'bcde' })).toEqual({ similarity: 0, reward: -1, format_ok: false });
  });

  test('autojunk can be switched off', () => {
    const [a, b] = ['x'.repeat(100), `${'x'.repeat(150)}${'y'.repeat(60)}`];
    expect(pairReward({ a: `y${a}`, b }).reward).toBeLessThan(
      pairReward({ a: `y${a}`, b }, { autojunk: false }).reward,
    );
  });
});
