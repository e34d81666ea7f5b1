import { expect, test } from 'vitest';
import { describeScore } from '../../../src/cli/reports/score.ts';
import type { Prediction, Verdict } from '../../../src/core/schema/verdict.ts';
import { createReport } from '../../../src/results/evaluate/report.ts';

const verdict = (instance_id: string, outcome: Verdict['outcome'], resolved = false): Verdict => ({
  ...{ instance_id, outcome, resolved, reason: '', duration_ms: 0, cache_key: '' },
});

const lineOf = (verdicts: readonly Verdict[], { instances = verdicts.length, unknown = 0 } = {}): string => {
  const ids = Array.from({ length: instances }, (_, n) => ({ instance_id: `i${n}` }));
  const predictions = verdicts.map(
    ({ instance_id }): Prediction => ({
      ...{ instance_id, model_name_or_path: 'm', model_patch: 'x' },
    }),
  );
  return describeScore({ ...createReport(ids, predictions, verdicts), rungs: {}, unknown_predictions: unknown });
};

test('the last line of score is the rate alone when everything was judged', () => {
  expect(lineOf([verdict('i0', 'completed', true)])).toBe('1 of 1 resolved, 100.0 % (95 %: 20.7–100.0 %)');
});

test('it counts what was not judged, and the predictions that were not used, with why', () => {
  const verdicts = [
    verdict('i0', 'completed', true),
    verdict('i1', 'infra_failure'),
    verdict('i2', 'timed_out'),
    verdict('i3', 'empty_patch'),
  ];
  const [rate, ...unused] = lineOf(verdicts, { instances: 6, unknown: 2 }).split('; ');
  expect(rate).toMatch(/^1 of 4 resolved, 25\.0 %/);
  expect(unused).toEqual([
    '1 could not be judged',
    '1 whose tests gave no result',
    '1 empty patch',
    '2 instances without a prediction',
    '2 predictions for unknown instances not scored',
  ]);
});
