// Whose container it is, and whether anybody can still want it.
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { isDead, LABEL, ownerLabels } from '../../../../src/world/sandbox/container/owner.ts';

const HOUR = 3600_000;
const alive = ownerLabels('run', HOUR);

test.each([
  ['now', 0],
  ['after the deadline', 2 * HOUR],
  ['on a clock that was set a day forward', 24 * HOUR],
  ['on a clock that was set a day back', -24 * HOUR],
])('a live owner that can be seen keeps it: %s', (_, later) => {
  expect(isDead(alive, Date.now() + later)).toBe(false);
});

test('what has no deadline is nobody’s to lose', () => {
  expect(isDead({ ...alive, [LABEL.deadline]: '', [LABEL.started]: '1' })).toBe(false);
});

test.each([
  ['a process that is gone', { [LABEL.pid]: String(spawnSync('true').pid) }],
  ['another process under the same id', { [LABEL.started]: '1' }],
])('%s makes it dead', (_, labels) => {
  for (const later of [0, -24 * HOUR, 24 * HOUR])
    expect(isDead({ ...alive, ...labels }, Date.now() + later)).toBe(true);
});

test('an owner in another pid namespace or on another machine cannot be judged before the deadline', () => {
  const elsewhere = { ...alive, [LABEL.pidSpace]: 'boot-x pid:[1]', [LABEL.pid]: '999999999' };
  expect(isDead(elsewhere)).toBe(false);
  expect(isDead(elsewhere, Date.now() + 2 * HOUR)).toBe(true);
});
