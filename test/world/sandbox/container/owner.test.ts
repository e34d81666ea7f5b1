// Whose container it is, and whether anybody can still want it.
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { isDead, LABEL, ownerLabels } from '../../../../src/world/sandbox/container/owner.ts';

const HOUR = 3600_000;
const alive = ownerLabels('run', HOUR);

test('a live owner keeps it until the deadline', () => {
  expect(isDead(alive)).toBe(false);
  expect(isDead(alive, Date.now() + HOUR - 5000)).toBe(false);
  expect(isDead(alive, Date.now() + HOUR + 5000)).toBe(true);
});

test.each([
  ['a process that is gone', { [LABEL.pid]: String(spawnSync('true').pid) }],
  ['another process under the same id', { [LABEL.started]: '1' }],
])('%s makes it dead', (_, labels) => {
  expect(isDead({ ...alive, ...labels })).toBe(true);
});

test('an owner in another pid namespace or on another machine cannot be judged before the deadline', () => {
  const elsewhere = { ...alive, [LABEL.pidSpace]: 'boot-x pid:[1]', [LABEL.pid]: '999999999' };
  expect(isDead(elsewhere)).toBe(false);
  expect(isDead(elsewhere, Date.now() + 2 * HOUR)).toBe(true);
});
