import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../../src/core/schema/verdict.ts';
import { createReport, instanceReport } from '../../../src/results/evaluate/report.ts';
import { wilson95 } from '../../../src/results/evaluate/wilson.ts';

const verdict = (instance_id: string, outcome: Verdict['outcome'], resolved = false): Verdict => ({
  instance_id,
  outcome,
  resolved,
  reason: outcome === 'completed' ? '' : `why ${outcome}`,
  duration_ms: 1,
  cache_key: '',
});
const verdicts = [
  verdict('good', 'completed', true),
  verdict('bad', 'completed'),
  verdict('empty', 'empty_patch'),
  verdict('garbled', 'patch_failed'),
  verdict('slow', 'timed_out'),
  verdict('torn', 'invalid_log'),
  verdict('engine', 'infra_failure'),
];
const instances = [...verdicts, { instance_id: 'absent' }];
const predictions = verdicts.map(({ instance_id }) => ({ instance_id, model_name_or_path: 'm', model_patch: 'p' }));

describe('the run report', () => {
  const report = createReport(instances, predictions, verdicts);

  test('is SWE-bench’s schema 2, with the resolve rate of all submitted ids', () => {
    expect(report).toEqual({
      total_instances: 8,
      submitted_instances: 7,
      completed_instances: 2,
      resolved_instances: 1,
      unresolved_instances: 1,
      infra_failure_instances: 1,
      ambiguous_failure_instances: 2,
      empty_patch_instances: 1,
      error_instances: 4,
      completed_ids: ['bad', 'good'],
      incomplete_ids: ['absent'],
      empty_patch_ids: ['empty'],
      submitted_ids: ['bad', 'empty', 'engine', 'garbled', 'good', 'slow', 'torn'],
      resolved_ids: ['good'],
      unresolved_ids: ['bad'],
      infra_failure_ids: ['engine'],
      ambiguous_failure_ids: ['slow', 'torn'],
      error_ids: ['engine', 'garbled', 'slow', 'torn'],
      failure_reasons: {
        empty: 'why empty_patch',
        garbled: 'why patch_failed',
        slow: 'why timed_out',
        torn: 'why invalid_log',
        engine: 'why infra_failure',
      },
      schema_version: 2,
      resolve_rate: 1 / 7,
      wilson95: wilson95(1, 7),
    });
  });

  test('of nothing is all zeros', () => {
    expect(createReport([], [], [])).toMatchObject({ total_instances: 0, resolve_rate: 0, wilson95: [0, 1] });
  });
});

describe('the report of one instance', () => {
  test('has SWE-bench’s keys', () => {
    const tests_status = { FAIL_TO_PASS: { success: ['a'], failure: [] }, PASS_TO_PASS: { success: [], failure: [] } };
    expect(instanceReport({ ...verdict('good', 'completed', true), tests_status }, 'p')).toEqual({
      good: {
        patch_is_None: false,
        patch_exists: true,
        patch_successfully_applied: true,
        resolved: true,
        infra_failure: false,
        tests_status: {
          FAIL_TO_PASS: { success: ['a'], failure: [] },
          PASS_TO_PASS: { success: [], failure: [] },
          FAIL_TO_FAIL: { success: [], failure: [] },
          PASS_TO_FAIL: { success: [], failure: [] },
        },
      },
    });
  });

  test('tells no patch, an empty one and an infra failure apart', () => {
    expect(instanceReport(verdict('x', 'empty_patch'), null).x).toMatchObject({
      patch_is_None: true,
      patch_exists: false,
    });
    expect(instanceReport(verdict('x', 'empty_patch'), '').x).toMatchObject({
      patch_is_None: false,
      patch_exists: false,
    });
    expect(instanceReport(verdict('x', 'infra_failure'), 'p').x).toMatchObject({
      infra_failure: true,
      infra_failure_reason: 'why infra_failure',
      patch_successfully_applied: false,
    });
  });
});

// Values computed in Python from Wilson (1927).
describe('Wilson’s interval', () => {
  test.each([
    [0, 10, 2.0052493003217288e-17, 0.27753279986288915],
    [1, 7, 0.02567962434474356, 0.5131278292743188],
    [5, 10, 0.23659309051256402, 0.763406909487436],
    [87, 100, 0.7901964855992357, 0.9224283257275948],
    [20, 20, 0.8388748419471806, 1],
  ])('%i of %i', (successes, n, low, high) => {
    const [from, to] = wilson95(successes, n);
    expect(from).toBeCloseTo(low, 12);
    expect(to).toBeCloseTo(high, 12);
  });

  test('of nothing says nothing', () => {
    expect(wilson95(0, 0)).toEqual([0, 1]);
  });
});
