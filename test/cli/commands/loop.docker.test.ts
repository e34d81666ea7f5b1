// The whole loop through the real programs, small: two katas are attempted, replayed and extracted; the student that ships is trained by
// both methods on one and scored on the other; the leaderboard shows it.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readOwnRows } from '../../../src/core/io/own-rows.ts';
import { stepInstanceSchema } from '../../../src/core/schema/step-instance.ts';
import { loadInstances } from '../../../src/world/task/load.ts';

let dir: string;
let [train, heldout] = ['', ''];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'stepwright-test-'));
  const katas = await loadInstances('katas');
  [train, heldout] = (['train', 'heldout'] as const).map(
    (side) => katas.find(({ split }) => split === side)!.instance_id,
  ) as [string, string];
});

afterAll(() => rm(dir, { recursive: true }));

async function stepwright(...args: string[]): Promise<Record<string, unknown>> {
  const result = await execa('node', [resolve('bin/stepwright.mjs'), ...args, '--json'], { reject: false });
  expect(result.exitCode, result.stderr).toBe(0);
  return JSON.parse(result.stdout.split('\n').at(-1)!);
}

test('from containers to the leaderboard', async () => {
  const path = (name: string): string => join(dir, name);
  const teacher = ['--teacher', 'scripted', '--prompt', 'brief', '--run', path('collect')];
  const collected = await stepwright(
    ...['collect', '--tasks', 'katas', '--id', train, heldout, ...teacher, '--out', path('trajectories.jsonl')],
  );
  expect(collected).toMatchObject({ trajectories: 2, resolved: 2, pending: 0, owed: 0 });

  const replayed = await stepwright('replay', path('trajectories.jsonl'), '--run', path('replay'));
  expect(replayed).toMatchObject({ steps: 10, equal: 10, diff_equal: 2, still_resolved: 2 });

  await stepwright('extract', path('trajectories.jsonl'), '--out', path('steps.jsonl'));
  const steps = await readOwnRows(path('steps.jsonl'), stepInstanceSchema);
  expect(steps.map(({ split, kind }) => `${split} ${kind}`).sort()).toEqual(
    ['train', 'heldout']
      .flatMap((side) => ['edit', 'run_tests', 'run_tests', 'search', 'submit'].map((kind) => `${side} ${kind}`))
      .sort(),
  );
  await stepwright(
    ...['extract', path('trajectories.jsonl'), '--only', 'train', '--kinds', 'edit', '--out', path('edits.jsonl')],
  );
  expect(await readOwnRows(path('edits.jsonl'), stepInstanceSchema)).toHaveLength(1);

  const base = resolve('students/base-tiny');
  const small = ['--updates', '1', '--batch', '2', '--workers', '0'];
  const sft = await stepwright(
    ...['train', '--method', 'sft', '--steps', path('steps.jsonl'), '--student', base, '--run', path('sft'), ...small],
  );
  expect(sft).toMatchObject({ updates: 1, dropped: 0, validation: { 'eval/format_ok': 1 } });
  const srl = await stepwright(
    ...[
      'train',
      '--method',
      'srl',
      '--steps',
      path('steps.jsonl'),
      '--student',
      String(sft.student),
      '--run',
      path('srl'),
    ],
    ...['--rollouts', '4', '--temperature', '2', ...small],
  );
  expect(srl).toMatchObject({ updates: 1 });

  const scored = await stepwright(
    ...['score', '--student', String(srl.student), '--tasks', 'katas', '--id', heldout, '--steps', path('steps.jsonl')],
    ...['--name', 'SRL', '--run', path('score')],
  );
  expect(scored).toMatchObject({ submitted_instances: 1, infra_failure_instances: 0 });

  await stepwright('leaderboard', dir, '--html', path('board.html'), '--save', path('board.json'));
  const board = JSON.parse(await readFile(path('board.json'), 'utf8'));
  expect(board.rows).toMatchObject([{ name: 'SRL', total: 1, resolved: scored.resolved_instances }]);
  expect(board.rows[0].step_reward).toBeGreaterThan(-1);
  expect(await readFile(path('board.html'), 'utf8')).toContain('SRL');
});
