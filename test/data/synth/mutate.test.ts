import { beforeAll, describe, expect, test } from 'vitest';
import { loadGrammar, type Parse } from '../../../src/core/syntax/grammar.ts';
import { kindNames } from '../../../src/data/synth/kinds/registry.ts';
import { applyMutation, mutate } from '../../../src/data/synth/mutate.ts';

const python = (body: string): string => `def f(a, b=3, c=True):\n${body.replace(/^/gm, '    ')}\n`;
const javascript = (body: string): string => `function f(a, b = 3, c = true) {\n${body.replace(/^/gm, '  ')}\n}\n`;

/** Kind, body of a function, what the body becomes. */
const pythonCases: [string, string, string][] = [
  ['comparison', 'return a < b', 'return a <= b'],
  ['comparison', 'return a is not None', 'return a is None'],
  ['comparison', 'return a not in b', 'return a in b'],
  ['boolean_operator', 'return a and b', 'return a or b'],
  ['arithmetic_operator', 'return a + b', 'return a - b'],
  ['arithmetic_operator', 'a += b\nreturn a', 'a -= b\nreturn a'],
  ['swapped_operands', 'return a - b', 'return b - a'],
  ['boundary_constant', 'return a > 10', 'return a > 11'],
  ['changed_string', "return ', '.join(a)", "return ','.join(a)"],
  ['off_by_one_slice', 'return a[1:b]', 'return a[2:b]'],
  ['off_by_one_slice', 'return a[0]', 'return a[1]'],
  ['missing_negation', 'return not a', 'return a'],
  ['negated_condition', 'if a:\n    return 1\nreturn 2', 'if not a:\n    return 1\nreturn 2'],
  ['swapped_branches', 'return a if c else b', 'return b if c else a'],
  ['swapped_branches', 'if c:\n    x = a\nelse:\n    x = b\nreturn x', 'if c:\n    x = b\nelse:\n    x = a\nreturn x'],
  ['swapped_arguments', 'return max(a, b)', 'return max(b, a)'],
  ['missing_call', 'return a.strip()', 'return a'],
  ['missing_call', 'return sorted(a)', 'return a'],
  ['wrong_variable', 'return [a]', 'return [b]'],
  ['removed_statement', 'a.append(b)\nreturn a', 'return a'],
  ['missing_guard', 'if not a:\n    return b\nreturn a', 'return a'],
  ['missing_guard', 'for x in a:\n    if x:\n        continue', 'for x in a:\n    pass'],
  ['early_return', 'for x in a:\n    b += x\nreturn b', 'for x in a:\n    b += x\n    return b\nreturn b'],
  ['loop_exit', 'while a:\n    break', 'while a:\n    continue'],
];

const javascriptCases: [string, string, string][] = [
  ['comparison', 'return a === b', 'return a !== b'],
  ['boolean_operator', 'return a && b', 'return a || b'],
  ['arithmetic_operator', 'return a * b', 'return a / b'],
  ['swapped_operands', 'return a % b', 'return b % a'],
  ['boundary_constant', 'return f(a, 10)', 'return f(a, 11)'],
  ['changed_string', "return a.join(', ')", "return a.join(',')"],
  ['off_by_one_slice', 'return a.slice(1)', 'return a.slice(2)'],
  ['off_by_one_slice', 'return a[0]', 'return a[1]'],
  ['missing_negation', 'return !a', 'return a'],
  ['negated_condition', 'if (a) return 1', 'if (!a) return 1'],
  ['swapped_branches', 'return c ? a : b', 'return c ? b : a'],
  ['swapped_branches', 'if (c) { return a } else { return b }', 'if (c) { return b } else { return a }'],
  ['swapped_arguments', 'return f(a, b)', 'return f(b, a)'],
  ['missing_call', 'return a.trim()', 'return a'],
  ['wrong_variable', 'return [a]', 'return [b]'],
  ['removed_statement', 'a.push(b)\nreturn a', 'return a'],
  ['missing_guard', 'if (!a) {\n  return b\n}\nreturn a', 'return a'],
  [
    'early_return',
    'for (const x of a) {\n  b += x\n}\nreturn b',
    'for (const x of a) {\n  b += x\n  return b\n}\nreturn b',
  ],
  ['loop_exit', 'while (a) { break }', 'while (a) { continue }'],
];

describe.each([
  ['python', python, pythonCases],
  ['javascript', javascript, javascriptCases],
] as const)('mutations of %s', (language, wrap, cases) => {
  test.each(cases)('%s: %j', async (kind, before, after) => {
    const source = wrap(before);
    const texts = (await mutate(source, language))
      .filter((mutation) => mutation.kind === kind)
      .map((mutation) => applyMutation(source, mutation));
    expect(texts).toContain(wrap(after));
  });
});

describe('wrong_default', () => {
  test.each([
    ['python', python('return a')],
    ['javascript', javascript('return a')],
  ] as const)('%s: numbers move by one, truth values flip', async (language, source) => {
    const changes = (await mutate(source, language))
      .filter(({ kind }) => kind === 'wrong_default')
      .map(({ replacement }) => replacement);
    expect(changes).toEqual(['4', '2', language === 'python' ? 'False' : 'false']);
  });

  test('a default that is another name stays as it is, whatever the name', async () => {
    const changes = await mutate('function f(a = constructor) {\n  return a;\n}\n', 'javascript');
    expect(changes.filter(({ kind }) => kind === 'wrong_default')).toEqual([]);
  });
});

test('every kind has an example here, in at least one language', () => {
  const shown = new Set([...pythonCases, ...javascriptCases].map(([kind]) => kind));
  expect(kindNames.filter((kind) => !shown.has(kind))).toEqual(['wrong_default']);
});

describe('what holds for every mutation', () => {
  const sources = {
    python: [
      ...pythonCases.map(([, body]) => python(body)),
      'class A:\n    def g(self, x):\n        return x[1:] + self.h(x, 2)\n',
    ].join('\n\n'),
    javascript: javascriptCases.map(([, body]) => javascript(body)).join('\n'),
  };
  const parsers = {} as Record<keyof typeof sources, Parse>;
  beforeAll(async () => {
    parsers.python = await loadGrammar('python');
    parsers.javascript = await loadGrammar('javascript');
  });

  test.each(['python', 'javascript'] as const)(
    '%s: the result parses, differs, and keeps everything outside the edit',
    async (language) => {
      const source = sources[language];
      const mutations = await mutate(source, language);
      expect(mutations.length).toBeGreaterThan(50);
      for (const mutation of mutations) {
        const mutated = applyMutation(source, mutation);
        expect(parsers[language](mutated).rootNode.hasError).toBe(false);
        expect(mutated).not.toBe(source);
        expect(mutated.startsWith(source.slice(0, mutation.start))).toBe(true);
        expect(mutated.endsWith(source.slice(mutation.end))).toBe(true);
      }
    },
  );

  test.each(['python', 'javascript'] as const)('%s: the same text gives the same list', async (language) => {
    expect(await mutate(sources[language], language)).toEqual(await mutate(sources[language], language));
  });

  test('line, and the lines before and after, are those of the edit', async () => {
    const mutation = (await mutate('# head\n\ndef f(a):\n    return a < 1\n', 'python')).find(
      ({ kind }) => kind === 'comparison',
    );
    expect(mutation).toMatchObject({
      line: 4,
      before: '    return a < 1',
      after: '    return a <= 1',
      functionName: 'f',
    });
  });

  test('code outside of functions and docstrings stay as they are', async () => {
    expect(await mutate('LIMIT = 3 < 4\n', 'python')).toEqual([]);
    expect(await mutate('def f():\n    "doc"\n', 'python')).toEqual([]);
  });

  test('a text that does not parse has no mutations', async () => {
    expect(await mutate('def f(:\n    return a < 1\n', 'python')).toEqual([]);
  });
});
