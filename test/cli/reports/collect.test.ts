import { expect, test } from 'vitest';
import { emitReport } from '../../../src/cli/reports/collect.ts';
import type { RunEvent } from '../../../src/core/run/events.ts';
import { reportOf } from '../../../src/data/collect/report.ts';
import { aTrajectory } from '../../support/trajectory.ts';

const linesOf = (report: ReturnType<typeof reportOf>): string[] => {
  const events: RunEvent[] = [];
  emitReport(report, (event) => void events.push(event));
  return events.flatMap((event) => ('text' in event ? [event.text ?? ''] : []));
};

test('the end of collect says counts, cost, what is pending and how to go on', () => {
  const attempts = [
    aTrajectory({ resolved: true }),
    aTrajectory({ attempt: 1 }),
    aTrajectory({ attempt: 2, ending: 'model_error' }),
  ];
  const report = reportOf(attempts, { wanted: 5, isJudged: true, costUsd: 0.125, run: 'runs/x' });
  expect(report).toEqual({
    trajectories: 3,
    resolved: 1,
    endings: { submitted: 2, model_error: 1 },
    cost_usd: 0.125,
    pending: 4, // one has no verdict
    run: 'runs/x',
  });
  expect(linesOf(report)).toEqual([
    '3 trajectories (submitted 2, model_error 1), 1 resolved; cost $0.1250',
    '4 attempts pending. Resume with: stepwright collect -c runs/x --run runs/x',
  ]);
});

test('a run without pending attempts needs no way to go on', () => {
  const report = reportOf([aTrajectory()], { wanted: 1, isJudged: false, costUsd: 0, run: 'runs/x' });
  expect(linesOf(report)).toEqual(['1 trajectory (submitted 1), 0 resolved; cost $0.0000']);
});
