import { describe, expect, test } from 'vitest';
import { givesAway, writeBriefStatement, writeStatement } from '../../../src/data/synth/statement.ts';

const report = { snippet: 'take(2, "abc")', message: 'assert 1 == 2', actual: "['a']", expected: "['a', 'b']" };
const options = { project: 'toolz', version: '1.0.0', language: 'python', seed: 1 } as const;

describe('a problem statement', () => {
  test('tells the call, what came out and what should have', () => {
    const text = writeStatement([report], options);
    expect(text).toContain('```python\ntake(2, "abc")\n```');
    expect(text).toContain("```\n['a']\n```");
    expect(text).toContain("```\n['a', 'b']\n```");
    expect(text).not.toContain('assert');
  });

  test('tells an exception in its own words', () => {
    expect(writeStatement([{ snippet: 'f()', message: 'KeyError: 1' }], options)).toContain('```\nKeyError: 1\n```');
  });

  test('is the same for the same seed and not for all seeds', () => {
    const texts = Array.from({ length: 12 }, (_, seed) => writeStatement([report], { ...options, seed }));
    expect(writeStatement([report], { ...options, seed: 3 })).toBe(texts[3]);
    expect(new Set(texts).size).toBeGreaterThan(6);
  });

  test('can be one line', () => {
    expect(writeBriefStatement(report)).toBe(`Calling take(2, "abc") gives ['a'], not ['a', 'b'].\n`);
    expect(writeBriefStatement({ snippet: 'f()', message: 'KeyError: 1' })).toBe(
      'Calling f() fails with KeyError: 1.\n',
    );
  });
});

describe('giving a bug away', () => {
  const change = { before: '    return value + 1', after: '    return value - 1' };
  test.each([
    ['the clean line', 'I see `return value + 1` in the code', true],
    ['the mutated line', 'there is a return value - 1 somewhere', true],
    ['neither', 'f(1) gives 0', false],
  ])('%s', (_, statement, expected) => {
    expect(givesAway(statement, change)).toBe(expected);
  });
});
