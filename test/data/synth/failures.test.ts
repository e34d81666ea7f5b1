import { describe, expect, test } from 'vitest';
import { readFailures } from '../../../src/data/synth/failures.ts';

const inTests = (path: string): boolean => path.startsWith('test');

describe('pytest', () => {
  const log = `..F
=================================== FAILURES ===================================
___________________________________ test_one ___________________________________
tests/test_a.py:7: in test_one
    assert f(1) == 2
E   AssertionError: assert 3 == 2
E    +  where 3 = f(1)
_______________________________ TestB.test_two _________________________________
tests/test_a.py:12: in test_two
    g(None)
lib/a.py:3: in g
    return x.y
E   AttributeError: 'NoneType' object has no attribute 'y'
=========================== short test summary info ============================
FAILED tests/test_a.py::test_one - AssertionError: assert 3 == 2
`;
  test('frames are those of the tests, sides those of the comparison', () => {
    expect(readFailures(log, 'pytest', inTests)).toEqual([
      {
        test: 'test_one',
        frames: [{ file: 'tests/test_a.py', line: 7 }],
        message: 'assert 3 == 2\n +  where 3 = f(1)',
        actual: '3',
        expected: '2',
      },
      {
        test: 'TestB.test_two',
        frames: [{ file: 'tests/test_a.py', line: 12 }],
        message: "AttributeError: 'NoneType' object has no attribute 'y'",
      },
    ]);
  });

  test('addresses are left out', () => {
    const [failure] = readFailures(log.replace('3 = f(1)', '<function f at 0x7f00ab> = f'), 'pytest', inTests);
    expect(failure?.message).toContain('<function f> = f');
  });

  test('a failure without a frame in the tests cannot be shown', () => {
    expect(readFailures(log, 'pytest', () => false)).toEqual([]);
  });
});

describe('TAP', () => {
  test("tape's diagnostics give both sides", () => {
    const log = `# parse()
not ok 1 parses a key
  ---
    operator: deepEqual
    expected: |-
      { a: 'b' }
    actual: |-
      { a:
       [ 'b' ] }
    at: Test.<anonymous> (/testbed/test/parse.js:24:7)
    stack: |-
      Error: parses a key
          at Test.assert (/node_modules/tape/lib/test.js:1:1)
  ...
ok 2 should be equal
`;
    expect(readFailures(log, 'tap', inTests)).toEqual([
      {
        test: 'parses a key',
        frames: [{ file: 'test/parse.js', line: 24 }],
        message: 'parses a key',
        expected: "{ a: 'b' }",
        actual: "{ a:\n[ 'b' ] }",
      },
    ]);
  });

  test("mocha's message is taken once, and the first frame in the tests", () => {
    const log = `not ok 3 Vector magnitude
  expected 3 to equal 4
  AssertionError: expected 3 to equal 4
      at assert.equal (/node_modules/chai/assert.js:1:1)
      at Context.<anonymous> (test/vector_test.js:60:18)
ok 4 Vector dot
`;
    expect(readFailures(log, 'tap', inTests)).toEqual([
      {
        test: 'Vector magnitude',
        frames: [{ file: 'test/vector_test.js', line: 60 }],
        message: 'expected 3 to equal 4',
      },
    ]);
  });
});

test('an unknown form has no failures to tell', () => {
  expect(readFailures('FAILED', 'no-such-parser', inTests)).toEqual([]);
});
