import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openRun } from '../../../src/core/run/run-dir.ts';
import { openStore } from '../../../src/data/trajectory/store.ts';
import { recordVerdicts } from '../../../src/results/evaluate/score-model.ts';
import { temporaryFolder } from '../../support/temp.ts';
import { aTrajectory } from '../../support/trajectory.ts';

test('a trajectory that the machine failed to judge has no verdict, also where it had an earlier one', async () => {
  await using run = await openRun({ command: 'score', config: {}, dir: temporaryFolder() });
  const file = join(run.dir, 'trajectories.jsonl');
  {
    await using store = await openStore(file);
    for (const instance_id of ['solved', 'failed']) await store.append(aTrajectory({ instance_id }));
    await store.append(aTrajectory({ instance_id: 'lost', resolved: false }));
  }
  await recordVerdicts(run, { resolved_ids: ['solved'], infra_failure_ids: ['lost'] });
  await using store = await openStore(file);
  expect(store.all().map(({ instance_id, resolved }) => [instance_id, resolved])).toEqual([
    ['solved', true],
    ['failed', false],
    ['lost', undefined],
  ]);
});
