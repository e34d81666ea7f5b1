// Which errors an edit is refused for, in either version of SWE-agent's `edit`.
import { expect, test } from 'vitest';
import { dialects } from '../../../../src/world/sandbox/tools/windowed/dialects.ts';

const error = (line: number, problem = 'E') => ({ line, column: 1, problem });
/** The tenth line becomes three. */
const edit = { first: 9, last: 9, lines: 3 };
const [v1, v07] = [dialects['swe-agent'], dialects['swe-agent-0.7']];

test.each([
  ['1.0', v1],
  ['0.7', v07],
])('%s does not hold against an edit what was wrong before it', (_, { newErrors }) => {
  expect(newErrors([error(5), error(20)], [error(5), error(22)], edit)).toEqual([]);
  expect(newErrors([error(20)], [error(22), error(30, 'F')], edit)).toEqual([error(30, 'F')]);
  expect(newErrors([], [error(1)], edit)).toEqual([error(1)]);
});

test('what was wrong in the edited line is new in 0.7, wherever it stands now; 1.0 takes the line before for the edited one', () => {
  expect(v07.newErrors([error(10)], [error(12)], edit)).toEqual([error(12)]);
  expect(v1.newErrors([error(10)], [error(12)], edit)).toEqual([]);
});

test('what is new before the edit counts in 0.7 alone, once something was wrong', () => {
  expect(v07.newErrors([error(20)], [error(3, 'F'), error(22)], edit)).toEqual([error(3, 'F')]);
  expect(v1.newErrors([error(20)], [error(3, 'F'), error(22)], edit)).toEqual([]);
});
