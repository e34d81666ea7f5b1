import { describe, expect, test } from 'vitest';
import { failingSnippet } from '../../../src/data/synth/snippet.ts';

const lineOf = (source: string, part: string): number => source.slice(0, source.indexOf(part)).split('\n').length;
const python = (source: string, at: string) => failingSnippet(source, 'python', lineOf(source, at));
const javascript = (source: string, at: string) => failingSnippet(source, 'javascript', lineOf(source, at));

describe('Python', () => {
  test('what an assertion compares, with what makes it, without what it does not use', async () => {
    const source = 'def test_a():\n    unused = 1\n    data = [1]\n    more = data + [2]\n    assert f(more) == 3\n';
    expect(await python(source, 'assert')).toEqual({ code: 'data = [1]\nmore = data + [2]\nf(more)' });
  });

  test('methods called on what it uses belong to it, other assertions do not', async () => {
    const source =
      'def test_a():\n    tc = Counter()\n    other = Counter()\n    tc.add(1, times=2)\n    other.add(1)\n    assert tc.size(times=1) == 1\n    assert tc.items() == 2\n';
    expect((await python(source, 'assert tc.items'))?.code).toBe('tc = Counter()\ntc.add(1, times=2)\ntc.items()');
  });

  test('a variable that is made anew is not shown with its former values', async () => {
    const source = 'def test_a():\n    base = 1\n    x = f(base)\n    x = g(base)\n    assert x == 3\n';
    expect((await python(source, 'assert'))?.code).toBe('base = 1\nx = g(base)\nx');
  });

  test("methods of a class: neither the other tests nor calls of the tests' own helpers", async () => {
    const source =
      'class T:\n    def test_a(self):\n        x = 1\n    def test_b(self):\n        x = f(2)\n        self.assertEqual(x, 3)\n\ndef test_c():\n    _test_all(f)\n';
    expect(await python(source, 'self.assertEqual')).toEqual({ code: 'x = f(2)\nx', shows: 0 });
    expect(await python(source, '_test_all')).toBeUndefined();
  });

  test('an assertion in a loop comes with its loop', async () => {
    const source = 'def test_a():\n    for x in [1, 2]:\n        assert f(x) == x\n';
    expect((await python(source, 'assert'))?.code).toBe('for x in [1, 2]:\n    assert f(x) == x');
  });

  test('definitions at the top of the file come along, imports do not', async () => {
    const source = 'from a import f\n\nITEMS = [1, 2]\nOTHER = 3\n\ndef test_a():\n    assert f(ITEMS) == 3\n';
    expect((await python(source, 'assert'))?.code).toBe('ITEMS = [1, 2]\nf(ITEMS)');
  });

  test('fields of the test object that are set elsewhere cannot be shown', async () => {
    const source = 'class T:\n    def test_b(self):\n        self.assertEqual(self.box.size, 3)\n';
    expect(await python(source, 'self.assertEqual')).toBeUndefined();
  });

  test('a call that raises is shown whole', async () => {
    expect((await python('def test_a():\n    g(None)\n', 'g('))?.code).toBe('g(None)');
  });

  test('nothing is shown of a line outside of tests, nor of a page of set-up', async () => {
    expect(await python('import a\nx = a.b\n', 'import')).toBeUndefined();
    const long = `def test_a():\n    x = [\n${'        1,\n'.repeat(50)}    ]\n    assert f(x) == 1\n`;
    expect(await python(long, 'assert')).toBeUndefined();
  });
});

describe('JavaScript', () => {
  test('the argument that is computed is shown, on whichever side it stands', async () => {
    const source = "test('a', function (t) {\n  t.equal(qs.parse('a'), 1)\n  t.equal(2, qs.parse('b'))\n})\n";
    expect(await javascript(source, "t.equal(qs.parse('a')")).toEqual({ code: "qs.parse('a')", shows: 0 });
    expect(await javascript(source, 't.equal(2')).toEqual({ code: "qs.parse('b')", shows: 1 });
  });

  test('set-up hooks count as made before, other tests do not', async () => {
    const source = `suite('v', function () {
  setup(function () {
    this.vector = new lunr.Vector
  })
  test('first', function () {
    var vector = 1
  })
  test('second', function () {
    assert.equal(this.vector.magnitude(), 5)
  })
})
`;
    expect((await javascript(source, 'assert'))?.code).toBe('this.vector = new lunr.Vector\nthis.vector.magnitude()');
  });

  test('a failure inside a callback is shown with the call', async () => {
    const source = "test('a', function () {\n  idx.query(function (q) {\n    q.term('x')\n  })\n})\n";
    expect((await javascript(source, 'q.term'))?.code).toBe("idx.query(function (q) {\n  q.term('x')\n})");
  });
});
