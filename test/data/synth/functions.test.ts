import { expect, test } from 'vitest';
import { functionSources } from '../../../src/data/synth/functions.ts';

const namesOf = async (source: string, language: 'python' | 'javascript') => [
  ...(await functionSources(source, language)).keys(),
];

test('Python functions are named with their classes and the functions round them', async () => {
  const source =
    'class A:\n    def m(self):\n        def inner():\n            return lambda: 1\n        return inner\n\ndef f():\n    pass\n';
  expect(await namesOf(source, 'python')).toEqual(['A.m', 'A.m.inner', 'f']);
});

test('JavaScript functions take the name of what they are assigned to', async () => {
  const source = `lunr.Vector.prototype.dot = function (a) { return a.map(function (x) { return x }) }
    var g = x => x, once = (function () { return 1 })()
    class Q { m() {} }
    var o = { k: function () {} }
    function plain() {}`;
  expect(await namesOf(source, 'javascript')).toEqual(['lunr.Vector.prototype.dot', 'g', 'once', 'Q.m', 'k', 'plain']);
});

test('functions of one name keep both texts', async () => {
  const sources = await functionSources(
    'if a:\n    def f():\n        return 1\nelse:\n    def f():\n        return 2\n',
    'python',
  );
  expect(sources.get('f')).toContain('return 1');
  expect(sources.get('f')).toContain('return 2');
});
