import { describe, expect, test } from 'vitest';
import { idToFile, safeIdSchema } from '../../../src/core/schema/safe-id.ts';

describe('ids that come from files', () => {
  test.each(['django__django-11099', 'katas.swap__0a1b', 'toy__1/model/0', 'sympy__sympy-1.12'])(
    '%s is an id',
    (id) => {
      expect(safeIdSchema.parse(id)).toBe(id);
    },
  );

  test.each(['', '.', '..', '../../etc/x', '/etc', 'a//b', 'a\0b', 'a\x1b[2J', 'a\\b', 'x'.repeat(513)])(
    '%j is none',
    (id) => {
      expect(safeIdSchema.safeParse(id).success).toBe(false);
    },
  );
});

describe('the file of an id', () => {
  test.each([
    ['django__django-11099', 'django__django-11099'],
    ['katas.swap__0a1b', 'katas.swap__0a1b'],
    ['a/b', 'a%2Fb'],
    ['a%2Fb', 'a%252Fb'],
    ['..', '%2E%2E'],
    ['../../x', '%2E%2E%2F..%2Fx'],
    ['.hidden', '%2Ehidden'],
    ['naïve', 'na%C3%AFve'],
    ['a\0b', 'a%00b'],
  ])('of %j is %j', (id, file) => {
    expect(idToFile(id)).toBe(file);
  });

  test('is short enough for a file system, and two long ids stay two', () => {
    const [one, two] = ['1', '2'].map((end) => idToFile('x'.repeat(500) + end));
    expect(one!.length).toBeLessThanOrEqual(200);
    expect(one).not.toBe(two);
  });
});
