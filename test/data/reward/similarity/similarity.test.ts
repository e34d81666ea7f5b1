import { describe, expect, test } from 'vitest';
import { sequenceRatio } from '../../../../src/data/reward/difflib/ratio.ts';
import { loadSimilarity, similarityNames } from '../../../../src/data/reward/similarity/similarity.ts';

test.each(similarityNames)('%s: 1 for equal actions, 0 for those that share nothing', async (name) => {
  const similarity = await loadSimilarity(name);
  for (const text of ['', 'ls', 'grep -rn "def f" src | head', '🙂 été', 'if ; then ('])
    expect(similarity(text, text)).toBe(1);
  expect(similarity('xyz', 'abc')).toBe(0);
});

test('difflib is the reward, with and without autojunk', async () => {
  const [a, b] = ['ab '.repeat(90), 'b a'.repeat(90)];
  for (const autojunk of [true, false])
    expect((await loadSimilarity('difflib', { autojunk }))(a, b)).toBe(sequenceRatio(a, b, { autojunk }));
});

describe('values of rapidfuzz 3.14 (levenshtein) and sacrebleu 2.6 (chrf)', () => {
  test.each([
    ['sed -i s/a/b/ x.py', 'sed -i s/a/c/ y.py', 0.8888888888888888, 0.5918137418137418],
    ['kitten', 'sitting', 0.5714285714285714, 0.19025078890549743],
    ['', 'abc', 0, 0],
    ['ls', 'ls -la', 0.33333333333333337, 0.37572254335260113],
    ["grep -rn 'def f' src", 'cat src/app.py | head', 0.09523809523809523, 0.08758264967935907],
    ['🙂 été', 'été 🙃', 0.19999999999999996, 0.47916666666666674],
    ['a b', 'ab', 0.6666666666666667, 1],
  ])('%j to %j', async (a, b, levenshtein, chrf) => {
    expect((await loadSimilarity('levenshtein'))(a, b)).toBe(levenshtein);
    expect((await loadSimilarity('chrf'))(a, b)).toBeCloseTo(chrf, 14);
  });
});

test('tokens: words and signs are elements, white space is none', async () => {
  const tokens = await loadSimilarity('tokens');
  expect(tokens('ls  -la\n', 'ls -la')).toBe(1);
  expect(tokens('grep foo src', 'grep bar src')).toBe(4 / 6);
});

describe('commands', () => {
  const bash = (command: string) => `<function=bash>\n<parameter=command>${command}</parameter>\n</function>`;
  const edit = (path: string) =>
    `<function=str_replace_editor>\n<parameter=command>view</parameter>\n<parameter=path>${path}</parameter>\n</function>`;

  test.each([
    ['quotes, white space and line breaks are not what it does', "grep -n  'def' \\\n a.py", 'grep -n def a.py', 1],
    ['a list is its commands', 'cd src && ls', 'cd src; ls', 1],
    ['of six words four are shared', 'cp a b', 'cp a c', 4 / 6],
    ['a here-document counts', 'cat > f <<E\nx = 1\nE', 'cat > f <<E\nx = 2\nE', 14 / 16],
    ['where the output goes counts', 'ls > a', 'ls > b', 4 / 6],
    ['a command is not the same as an argument', 'rm pytest', 'pytest', 0],
  ])('%s', async (_what, a, b, value) => {
    const commands = await loadSimilarity('commands');
    expect(commands(a, b)).toBeCloseTo(value, 12);
    expect(commands(bash(a), bash(b))).toBeCloseTo(value, 12);
  });

  test('another tool does something else; the same tool is compared by its arguments', async () => {
    const commands = await loadSimilarity('commands');
    expect(commands(bash('view a.py'), edit('a.py'))).toBe(0);
    expect(commands(edit('a.py'), edit('b.py'))).toBeCloseTo(10 / 12, 12);
  });
});
