import { expect, test } from 'vitest';
import { reasonOf } from '../../../src/data/trajectory/rejected.ts';

test.each([
  ['not UTF-8 from its byte 200 on', 'not UTF-8 from its byte n on'],
  ['not JSON (NUL at its byte 200)', 'not JSON'],
  ['`schema_version`: is 99, this Stepwright reads 1', '`schema_version`: is n, this Stepwright reads n'],
  ['not read: nested deeper than 200', 'not read: nested deeper than n'],
  ['trajectory_id "a\\"1" is at f.jsonl:1 already', 'trajectory_id …'],
  ['of no known format: an object of `a`, `b`', 'of no known format'],
])('%j is counted as %j', (why, reason) => {
  expect(reasonOf({ why })).toBe(reason);
});
