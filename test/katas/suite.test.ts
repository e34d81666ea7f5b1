// The katas suite that ships: big enough, on the right sides, and a ladder that means what it says.
import { beforeAll, describe, expect, test } from 'vitest';
import type { Ladder } from '../../src/core/schema/environment.ts';
import type { Instance } from '../../src/core/schema/instance.ts';
import { rungs } from '../../src/data/synth/ladder.ts';
import { loadEnvironment } from '../../src/world/task/environments.ts';
import { loadInstances } from '../../src/world/task/load.ts';

let katas: Instance[];
let train: Instance[];
let heldout: Instance[];
let ladder: Ladder;
beforeAll(async () => {
  katas = await loadInstances('katas');
  train = katas.filter(({ split }) => split === 'train');
  heldout = katas.filter(({ split }) => split === 'heldout');
  ladder = (await loadEnvironment('katas')).ladder!;
});

const on = (rung: string) => heldout.filter(({ metadata }) => metadata.rung === rung);
const familiesOf = (instances: readonly Instance[]) => new Set(instances.map(({ metadata }) => metadata.family!));
const kindsOf = (instances: readonly Instance[]) => new Set(instances.map(({ metadata }) => metadata.mutation!));
const functionsOf = (instances: readonly Instance[]) => new Set(instances.map(({ metadata }) => metadata.function!));

describe('size', () => {
  test('at least 300 instances to train on, 25 on every rung', () => {
    expect(train.length).toBeGreaterThanOrEqual(300);
    for (const rung of rungs) expect(on(rung).length, rung).toBeGreaterThanOrEqual(25);
    expect(heldout).toHaveLength(rungs.reduce((sum, rung) => sum + on(rung).length, 0));
  });

  test('at least ten kinds of bug in at least ten families', () => {
    expect(kindsOf(katas).size).toBeGreaterThanOrEqual(10);
    expect(familiesOf(katas).size).toBeGreaterThanOrEqual(10);
  });
});

describe('ladder', () => {
  test('no function is on both sides', () => {
    const trained = functionsOf(train);
    expect([...functionsOf(heldout)].filter((name) => trained.has(name))).toEqual([]);
  });

  test('held-out families and kinds of bug are never trained on', () => {
    for (const family of ladder.heldout_families) expect(familiesOf(train)).not.toContain(family);
    for (const kind of ladder.heldout_kinds) expect(kindsOf(train)).not.toContain(kind);
  });

  test('first rung: families and kinds that are trained on', () => {
    expect([...familiesOf(train)]).toEqual(expect.arrayContaining([...familiesOf(on('seen-family'))]));
    expect([...kindsOf(train)]).toEqual(expect.arrayContaining([...kindsOf(on('seen-family'))]));
  });

  test('second rung: families that are not trained on, kinds that are', () => {
    expect(ladder.heldout_families).toEqual(expect.arrayContaining([...familiesOf(on('unseen-family'))]));
    expect([...kindsOf(train)]).toEqual(expect.arrayContaining([...kindsOf(on('unseen-family'))]));
  });

  test('third rung: kinds that are not trained on', () => {
    expect(ladder.heldout_kinds).toEqual(expect.arrayContaining([...kindsOf(on('unseen-kind'))]));
  });
});

describe('problem statements', () => {
  test('one short line that names neither file nor line', () => {
    for (const { problem_statement: statement } of katas) {
      expect(statement).toMatch(/^.+ (gives .+, not|fails with) .+\.\n$/);
      expect(statement.length).toBeLessThan(160);
      expect(statement).not.toMatch(/\.py\b|\bline \d/);
    }
  });

  test('no two instances are the same bug', () => {
    expect(new Set(katas.map(({ bug_patch }) => bug_patch)).size).toBe(katas.length);
  });
});
