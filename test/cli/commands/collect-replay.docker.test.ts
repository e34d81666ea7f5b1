// The real programs on a real kata in real containers: collect, replay, convert, and what they say of bad input.
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silent } from '../../../src/core/run/events.ts';
import { trajectorySchema } from '../../../src/core/schema/trajectory.ts';
import { ensureImages } from '../../../src/world/sandbox/images/images.ts';
import { loadEnvironment } from '../../../src/world/task/environments.ts';
import { loadInstances } from '../../../src/world/task/load.ts';
import { temporaryFolder } from '../../support/temp.ts';

/** The first kata of the suite: what is shipped is what is tried. */
async function aKata() {
  await ensureImages([await loadEnvironment('katas')], { emit: silent });
  return (await loadInstances('katas'))[0]!;
}

const stepwright = (...args: string[]) => execa('node', [resolve('bin/stepwright.mjs'), ...args], { reject: false });
const lastJson = (stdout: string) => JSON.parse(stdout.trim().split('\n').at(-1)!);
const rowsOf = async (path: string) =>
  (await readFile(path, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('collect, replay and convert', () => {
  let tasks: string;
  beforeAll(async () => {
    tasks = join(await mkdtemp(join(tmpdir(), 'stepwright-test-')), 'tasks.jsonl');
    await writeFile(tasks, `${JSON.stringify(await aKata())}\n`);
  });

  afterAll(() => rm(dirname(tasks), { recursive: true }));

  test('a brief attempt is collected, done once, replayed faithfully and converted', async () => {
    const dir = temporaryFolder();
    const [out, run] = [join(dir, 'out.jsonl'), join(dir, 'run')];
    const collect = [
      'collect',
      '--tasks',
      tasks,
      '--prompt',
      'brief',
      '--no-judge',
      '--run',
      run,
      '--out',
      out,
      '--json',
    ];
    const collected = await stepwright(...collect);
    expect(collected.exitCode, collected.stderr).toBe(0);
    expect(lastJson(collected.stdout)).toMatchObject({
      trajectories: 1,
      endings: { submitted: 1 },
      pending: 0,
      owed: 0,
    });
    const [row] = await rowsOf(out);
    const trajectory = trajectorySchema.parse(row);
    expect(trajectory.steps).toHaveLength(5);
    expect(trajectory.steps[0]!.exit_code).not.toBe(0);
    expect(trajectory.steps[3]!.exit_code).toBe(0);
    expect(trajectory.environment!.digest).toMatch(/^sha256:/);

    const again = await stepwright(...collect);
    expect(again.stderr).toContain('done before');
    expect(await rowsOf(join(run, 'trajectories.jsonl'))).toHaveLength(1);

    const replay = await stepwright(
      'replay',
      out,
      '--tasks',
      tasks,
      '--no-judge',
      '--run',
      join(dir, 'replay'),
      '--json',
    );
    expect(replay.exitCode).toBe(0);
    expect(lastJson(replay.stdout)).toMatchObject({ trajectories: 1, steps: 5, equal: 5, different: 0, diff_equal: 1 });

    const remembered = await stepwright('replay', out, '--no-judge', '--run', join(dir, 'remembered'), '--json');
    expect(remembered.exitCode, remembered.stderr).toBe(0);
    expect(lastJson(remembered.stdout)).toMatchObject({ steps: 5, equal: 5, unknown: [] });
    const strange = join(dir, 'strange.jsonl');
    await writeFile(strange, `${JSON.stringify({ ...trajectory, instance_id: 'strange__1' })}\n`);
    const refused = await stepwright('replay', strange, '--run', join(dir, 'refused'));
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toMatch(
      /^error: The instance of none of the 1 trajectory is known \(.*Name their suite with --tasks/m,
    );

    const stale = {
      ...trajectory,
      steps: trajectory.steps.map((step, i) => (i === 1 ? { ...step, observation: 'stale' } : step)),
    };
    await writeFile(out, `${JSON.stringify(stale)}\n`);
    const replayStale = ['replay', out, '--tasks', tasks, '--no-judge', '--json'];
    const different = await stepwright(...replayStale, '--run', join(dir, 'stale'));
    expect(different.exitCode).toBe(1);
    expect(lastJson(different.stdout)).toMatchObject({
      ...{ equal: 4, different: 1, fidelity: 0.8 },
      first_differences: [{ step: 1, recorded: 'stale', replayed: trajectory.steps[1]!.observation }],
    });
    expect(different.stderr).toMatch(/, step 1: .*\n.*\nrecorded +│ replayed\n─+┼─+\nstale +┃ /);
    const later = await stepwright(...replayStale, '--from-step', '2', '--run', join(dir, 'later'));
    expect(lastJson(later.stdout)).toMatchObject({ steps: 3, equal: 3, fidelity: 1 });

    const inShell = (k: number) =>
      execa(
        'node',
        [resolve('bin/stepwright.mjs'), 'replay', out, '--tasks', tasks, '--from-step', `${k}`, '--shell'],
        {
          input: 'git diff --quiet; exit $?',
          reject: false,
        },
      );
    expect([(await inShell(0)).exitCode, (await inShell(5)).exitCode]).toEqual([0, 1]);

    await stepwright(...replayStale, '--update', '--run', join(dir, 'update'));
    expect((await rowsOf(out))[0].steps[1].observation).toBe(trajectory.steps[1]!.observation);

    const smith = join(dir, 'smith.jsonl');
    const converted = await stepwright('convert', out, '--to', 'swe-smith', '--out', smith, '--json');
    expect(lastJson(converted.stdout)).toMatchObject({ trajectories: 1, steps: 5, dropped: {} });
    expect((await rowsOf(smith))[0].messages[2].content).toMatch(/^Run the test.\n\n<function=bash>/);

    await appendFile(out, '{"half":\n');
    const beside = await stepwright(...replayStale, '--run', join(dir, 'beside'));
    expect(beside.exitCode).toBe(1);
    expect(beside.stderr).toMatch(/out\.jsonl:2: byte \d+: not JSON/);
    expect(lastJson(beside.stdout)).toMatchObject({ trajectories: 1, equal: 5, rejected: 1 });
    expect(await rowsOf(join(dir, 'beside/replay.jsonl.rejected.jsonl'))).toMatchObject([{ line: 2, row: '{"half":' }]);
    expect((await stepwright(...replayStale, '--update')).exitCode).toBe(2);
  });

  test.each([
    [['collect', '--tasks', 'nothing-there'], 2, /nothing-there: neither a file or folder nor a suite/],
    [['collect', '--tasks', 'TASKS', '--teacher', 'stdio'], 2, /Name it with --stdio-command/],
    [
      ['collect', '--tasks', 'TASKS', '--teacher', 'nobody'],
      2,
      /--teacher: expected one of scripted, stdio, recorded, anthropic, got "nobody"/,
    ],
    [['collect', '--tasks', 'TASKS', '--id', 'no-such-id'], 2, /No instance "no-such-id"/],
    [['replay', '/no/such/file.jsonl'], 2, /\/no\/such\/file.jsonl: no such file/],
    [['convert', '/no/such/file.jsonl', '--to', 'openai', '--out', '/tmp/x'], 2, /no such file/],
  ])('%j is refused with one line', async (args, exitCode, message) => {
    const result = await stepwright(...args.map((arg) => (arg === 'TASKS' ? tasks : arg)));
    expect(result.exitCode).toBe(exitCode);
    expect(result.stderr).toMatch(message);
    expect(result.stderr).not.toContain('    at ');
  });
});
