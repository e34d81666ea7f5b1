// The upstream suite that ships: what can be seen of it without a container. `tasks validate upstream` proves the rest.
import { describe, expect, test } from 'vitest';
import type { Instance } from '../../../src/core/schema/instance.ts';
import { evalScript } from '../../../src/data/synth/create-instance.ts';
import { kindNames } from '../../../src/data/synth/kinds/registry.ts';
import { functionsOf } from '../../../src/data/synth/suite.ts';
import { loadEnvironments } from '../../../src/world/task/environments.ts';
import { loadInstances } from '../../../src/world/task/load.ts';

const instances = await loadInstances('upstream');
const environments = new Map((await loadEnvironments()).map((environment) => [environment.name, environment]));
const byHand = instances.filter(({ metadata }) => metadata.origin === 'hand');
const synthetic = instances.filter(({ metadata }) => metadata.origin === 'synth');

const functionsOn = (split: Instance['split']): string[] =>
  instances.filter((instance) => instance.split === split).flatMap(functionsOf);
/** Lines that a patch takes away or adds, without their sign and indentation. */
const changedLines = (patch: string): string[] =>
  [...patch.matchAll(/^[+-](?![+-]{2} )(.*)$/gm)].map(([, line]) => line!.trim()).filter((line) => line.length >= 12);

describe('the upstream suite', () => {
  test('has enough of everything', () => {
    expect(instances.length).toBeGreaterThanOrEqual(60);
    expect(byHand.length).toBeGreaterThanOrEqual(8);
    expect(new Set(synthetic.map(({ metadata }) => metadata.mutation)).size).toBeGreaterThanOrEqual(10);
    const upstream = [...environments.values()].filter(({ source }) => source.registry !== 'local');
    for (const { name } of upstream)
      expect(instances.filter(({ environment }) => environment === name).length).toBeGreaterThanOrEqual(15);
    const heldout = instances.filter(({ split }) => split === 'heldout').length / instances.length;
    expect(heldout).toBeGreaterThan(0.18);
    expect(heldout).toBeLessThan(0.35);
  });

  test('no function is on both sides', () => {
    const train = new Set(functionsOn('train'));
    expect(functionsOn('heldout').filter((name) => train.has(name))).toEqual([]);
    for (const instance of instances) expect(functionsOf(instance).length).toBeGreaterThan(0);
  });

  test.each(instances.map((instance) => [instance.instance_id, instance] as const))('%s', (_, instance) => {
    const environment = environments.get(instance.environment)!;
    expect(instance.version).toBe(environment.version);
    expect(instance.eval_script).toBe(evalScript(environment));
    expect(instance.base_commit).toMatch(/^[0-9a-f]{40}$/);
    expect(instance.FAIL_TO_PASS.length).toBeGreaterThan(0);
    expect(instance.PASS_TO_PASS.length).toBeGreaterThan(0);
    expect(instance.problem_statement.length).toBeGreaterThan(60);
    for (const line of changedLines(instance.patch)) expect(instance.problem_statement).not.toContain(line);
    const touched = [...instance.bug_patch.matchAll(/^\+\+\+ b\/(.+)$/gm)].map(([, path]) => path!);
    for (const path of environment.test_paths) expect(touched.filter((file) => file.startsWith(path))).toEqual([]);
  });

  test('synthetic ones say which kind they are of, in their id as well', () => {
    for (const { instance_id, environment, metadata } of synthetic) {
      expect(kindNames).toContain(metadata.mutation);
      expect(instance_id).toMatch(new RegExp(`^${environment}\\.${metadata.mutation}__[0-9a-f]{8}$`));
    }
  });

  test('those written by hand span lines or files, bring their own tests, and read as an issue', () => {
    for (const { bug_patch, test_patch, problem_statement, FAIL_TO_PASS } of byHand) {
      expect(changedLines(bug_patch).length).toBeGreaterThan(2);
      const added = /^\+\+\+ b\/(.+)$/m.exec(test_patch)?.[1];
      expect(added).toBeDefined();
      expect(problem_statement).toMatch(/^# .+\n/);
      expect(FAIL_TO_PASS.length).toBeGreaterThan(1);
    }
    expect(byHand.some(({ bug_patch }) => bug_patch.match(/^diff --git/gm)!.length > 1)).toBe(true);
  });
});
