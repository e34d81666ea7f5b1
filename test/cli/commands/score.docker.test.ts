// `score`, `extract`, `leaderboard` as a user runs them: a real project, real containers, a student that knows nothing yet.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { readOwnRows } from '../../../src/core/io/own-rows.ts';
import { silent } from '../../../src/core/run/events.ts';
import { trajectorySchema } from '../../../src/core/schema/trajectory.ts';
import { predictionSchema, verdictSchema } from '../../../src/core/schema/verdict.ts';
import { writeStudent } from '../../../src/learning/student/checkpoint/files.ts';
import { initStudent } from '../../../src/learning/student/decoder/init.ts';
import { ensureEngine } from '../../../src/world/sandbox/engine/ensure-engine.ts';
import { temporaryFolder } from '../../support/temp.ts';
import { openToolz, type Toolz } from '../../world/judge/toolz.ts';

let toolz: Toolz;
beforeAll(async () => {
  toolz = await openToolz();
});

const stepwright = (cache: string, ...args: string[]) =>
  execa('node', [resolve('bin/stepwright.mjs'), ...args], { reject: false, env: { STEPWRIGHT_CACHE: cache } });
function lastJson({ stdout, stderr }: { stdout: string; stderr: string }) {
  if (stdout === '') throw new Error(`no result: ${stderr}`);
  return JSON.parse(stdout.trim().split('\n').at(-1)!);
}

/** A folder with tasks.jsonl, as a user would have it. */
function prepare() {
  const dir = temporaryFolder();
  const second = { ...toolz.instance, instance_id: 'toolz__last-2', metadata: { rung: '2' } };
  writeFileSync(join(dir, 'tasks.jsonl'), [toolz.instance, second].map((row) => `${JSON.stringify(row)}\n`).join(''));
  return { dir, tasks: join(dir, 'tasks.jsonl'), run: join(dir, 'run') };
}

describe('predictions', () => {
  test('gold resolves everything, and a second run answers from the cache', async () => {
    const { dir, tasks, run } = prepare();
    const args = ['score', '--predictions', 'gold', '--tasks', tasks, '--run', run, '--json'];
    const first = await stepwright(dir, ...args);
    expect(first.stderr).toContain('2 of 2 resolved, 100.0 %');
    expect(first.exitCode).toBe(0);
    expect(lastJson(first)).toMatchObject({
      name: 'gold',
      schema_version: 2,
      resolved_ids: ['toolz__last', 'toolz__last-2'],
      resolve_rate: 1,
      rungs: { 1: { resolved: 1, total: 1 }, 2: { resolved: 1, total: 1 } },
    });
    expect(readFileSync(join(run, 'logs/toolz__last/test_output.txt'), 'utf8')).toContain('test_last');
    const started = performance.now();
    expect(lastJson(await stepwright(dir, ...args)).resolved_instances).toBe(2);
    expect(performance.now() - started).toBeLessThan(30_000);

    const board = await stepwright(dir, 'leaderboard', dir, '--html', join(dir, 'board.html'), '--json');
    expect(lastJson(board).rows).toMatchObject([
      { name: 'gold', resolved: 2, total: 2, resolve_rate: 1, step_reward: null },
    ]);
    expect(existsSync(join(dir, 'board.html'))).toBe(true);
  });

  test('what fails is told apart, and --fail-under sets the exit code', async () => {
    const { dir, tasks, run } = prepare();
    const file = join(dir, 'preds.json');
    const row = { model_name_or_path: 'mine' };
    writeFileSync(
      file,
      JSON.stringify([
        { ...row, instance_id: 'toolz__last', model_patch: 'garbage' },
        { ...row, instance_id: 'toolz__last-2', model_patch: null },
      ]),
    );
    const result = await stepwright(
      dir,
      'score',
      '--predictions',
      file,
      '--tasks',
      tasks,
      '--run',
      run,
      '--json',
      '--fail-under',
      '0.5',
    );
    expect(lastJson(result)).toMatchObject({
      name: 'mine',
      empty_patch_ids: ['toolz__last-2'],
      error_ids: ['toolz__last'],
      resolve_rate: 0,
    });
    expect(result.exitCode).toBe(1);
    const other = await stepwright(dir, 'score', '--predictions', 'gold', '--tasks', tasks, '--run', run);
    expect(other).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('was run with another name, predictions'),
    });
  });
});

test('Ctrl-C keeps what was judged, leaves no container behind', async () => {
  const { dir, tasks, run } = prepare();
  const slow = {
    ...toolz.instance,
    instance_id: 'toolz__slow',
    eval_script: `${toolz.instance.eval_script}sleep 60\n`,
  };
  writeFileSync(tasks, [toolz.instance, slow].map((row) => `${JSON.stringify(row)}\n`).join(''));
  const args = ['score', '--predictions', 'gold', '--tasks', tasks, '--run', run];
  const child = stepwright(dir, ...args);
  const judged = join(run, 'verdicts.jsonl');
  await vi.waitFor(() => expect(readFileSync(judged, 'utf8')).toContain('toolz__last'), {
    timeout: 120_000,
    interval: 200,
  });
  child.kill('SIGINT');
  const { exitCode, stderr } = await child;
  expect(stderr).toContain('Interrupted: what was finished is kept');
  expect(exitCode).toBe(130);
  expect(await readOwnRows(judged, verdictSchema)).toHaveLength(1);
  const { docker } = await ensureEngine(silent);
  const { id } = JSON.parse(readFileSync(join(run, 'run.json'), 'utf8'));
  expect(await docker.listContainers({ all: true, filters: { label: [`stepwright.run=${id}`] } })).toEqual([]);
});

describe('a student', () => {
  test('attempts, is judged, and its trajectories can be extracted', async () => {
    const { dir, tasks, run } = prepare();
    const texts = [
      '<think></think>\n<function=bash>\n<parameter=command>ls</parameter>\n</function>',
      'last() gives the one before.',
    ];
    await writeStudent(
      join(dir, 'student'),
      initStudent(texts, { size: 'tiny', vocabularySize: 300, contextLength: 256, seed: 1 }),
    );
    const args = [
      'score',
      '--student',
      join(dir, 'student'),
      '--tasks',
      tasks,
      '--run',
      run,
      '--max-new-tokens',
      '16',
      '--name',
      'newborn',
      '--json',
    ];
    const first = await stepwright(dir, ...args);
    expect(lastJson(first)).toMatchObject({
      name: 'newborn',
      submitted_instances: 2,
      resolved_instances: 0,
      infra_failure_instances: 0,
      step_reward: null,
    });
    expect(first.exitCode).toBe(0);
    const trajectories = await readOwnRows(join(run, 'trajectories.jsonl'), trajectorySchema);
    expect(trajectories.map(({ resolved }) => resolved)).toEqual([false, false]);
    expect(await readOwnRows(join(run, 'predictions.jsonl'), predictionSchema)).toHaveLength(2);

    const again = await stepwright(dir, ...args);
    expect(lastJson(again)).toEqual(lastJson(first));
    expect(
      (await readOwnRows(join(run, 'trajectories.jsonl'), trajectorySchema)).map(({ provenance }) => provenance),
    ).toEqual(trajectories.map(({ provenance }) => provenance));

    const extracted = await stepwright(
      dir,
      'extract',
      join(run, 'trajectories.jsonl'),
      '--tasks',
      tasks,
      '-o',
      join(dir, 'steps.jsonl'),
      '--json',
    );
    const { trajectories: count, steps, step_instances, dropped } = lastJson(extracted);
    expect({ count, step_instances }).toEqual({ count: 2, step_instances: 0 });
    expect(Object.values(dropped as Record<string, number>).reduce((a, b) => a + b, 0)).toBe(steps);
  });
});

describe('bad input is one line and exit code 2', () => {
  test.each([
    ['neither', ['score'], /Give either --predictions/],
    ['both', ['score', '--predictions', 'gold', '--student', 'x'], /Give either --predictions/],
    ['no such student', ['score', '--student', '/nowhere', '--tasks', 'TASKS'], /--student \/nowhere: no such folder/],
    [
      'an empty selection',
      ['score', '--predictions', 'gold', '--tasks', 'TASKS', '--split', 'train'],
      /No instance of .* is selected/,
    ],
    ['no such trajectories', ['extract', '/nowhere', '-o', '/tmp/x'], /\/nowhere: no such file/],
    ['no runs', ['leaderboard', '/nowhere'], /\/nowhere: no such folder/],
    ['no pairs', ['reward', '--pairs', '/nowhere'], /^error: \/nowhere: no such file/m],
    [
      'no rate',
      ['score', '--predictions', 'gold', '--fail-under', '50'],
      /--fail-under: expected a number from 0 to 1, got "50"/,
    ],
  ])('%s', async (_what, args, message) => {
    const { dir, tasks } = prepare();
    const { exitCode, stderr, stdout } = await stepwright(dir, ...args.map((arg) => (arg === 'TASKS' ? tasks : arg)));
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('    at ');
    expect(stdout).toBe('');
    expect(exitCode).toBe(2);
  });
});
