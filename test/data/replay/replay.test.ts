// Replay runs real commands again and must see every change: in an exit code, an observation, the final diff.
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { runAttempt } from '../../../src/agents/loop/attempt.ts';
import { prompts } from '../../../src/agents/loop/prompts.ts';
import { createScriptedModel, type Policy } from '../../../src/agents/teacher/scripted.ts';
import { SandboxError } from '../../../src/core/schema/errors.ts';
import type { Attempt, Step, Trajectory } from '../../../src/core/schema/trajectory.ts';
import { replaySteps, replayTrajectory } from '../../../src/data/replay/replay.ts';
import { type ReplayAllOptions, replayAll } from '../../../src/data/replay/replay-all.ts';
import type { SandboxBackend } from '../../../src/world/sandbox/sandbox.ts';
import { anInstance } from '../../support/instance.ts';
import { type LocalSandbox, localBackend, openLocalSandbox } from '../../support/local-sandbox.ts';
import { temporaryFolder } from '../../support/temp.ts';
import { aTrajectory, bashStep } from '../../support/trajectory.ts';

const files = { 'a.py': 'x = 1\n' };
const boxes: LocalSandbox[] = [];
const open = async (): Promise<LocalSandbox> => {
  const box = await openLocalSandbox(files);
  boxes.push(box);
  return box;
};
afterEach(async () => {
  for (const box of boxes.splice(0)) await box.dispose();
});

const bash = (command: string) => ({ thought: 'why', call: { name: 'bash', arguments: { command } } });
function* policy(): Policy {
  yield bash('cat a.py; false');
  yield {
    thought: 'edit',
    call: {
      name: 'str_replace_editor',
      arguments: { command: 'str_replace', path: '/testbed/a.py', old_str: '1', new_str: '2' },
    },
  };
  yield bash('date +%s.%Ns; echo "took $RANDOM ms"');
  yield { thought: 'no', call: { name: 'no_such_tool', arguments: {} } };
  yield { thought: 'done', call: { name: 'submit', arguments: {} } };
}

async function recorded(): Promise<Attempt> {
  const instance = { instance_id: 'toy__1', problem_statement: 'x must be 2', image: 'toy:1' };
  return runAttempt({
    instance,
    sandbox: await open(),
    model: createScriptedModel('test', policy()),
    prompt: prompts.default!,
  });
}

const withStep = (trajectory: Attempt, index: number, more: object): Attempt => ({
  ...trajectory,
  steps: trajectory.steps.map((step, i) => (i === index ? { ...step, ...more } : step)),
});

describe('replaying a trajectory', () => {
  test('finds the same repository equal, exactly where nothing varies', async () => {
    const replay = await replayTrajectory(await recorded(), await open());
    expect(replay.steps.map(({ likeness }) => likeness)).toEqual(['exact', 'exact', 'equal', 'exact', 'exact']);
    expect(replay.steps[0]!.exit_code).toEqual({ recorded: 1, replayed: 1 });
    expect(replay.diff_equal).toBe(true);
  });

  test('sees another exit code, though the output is the same', async () => {
    const replay = await replayTrajectory(withStep(await recorded(), 0, { exit_code: 0 }), await open());
    expect(replay.steps[0]).toMatchObject({ likeness: 'different', exit_code: { recorded: 0, replayed: 1 } });
  });

  test('of a repository that lay elsewhere names that place, and works at ours', async () => {
    const command = 'echo "in /o__r: /o__r2 /a/o__r ./o__r"; ls /o__r/a.py /o__r';
    const raw_output = 'in /o__r: /o__r2 /a/o__r ./o__r\n/o__r/a.py\n\n/o__r:\na.py\n';
    const step = bashStep(command, `OBSERVATION:\n${raw_output}`, { raw_output, cwd: '/o__r' });
    const replay = await replayTrajectory(
      aTrajectory({ agent: { name: 'swe-agent', prompt_hash: '' }, steps: [step] }),
      await open(),
    );
    expect(replay.steps).toMatchObject([{ likeness: 'exact' }]);
    expect(replay.rerecorded.steps).toMatchObject([{ action: step.action, observation: step.observation }]);
  });

  test('sees another observation, and tells it', async () => {
    const replay = await replayTrajectory(
      withStep(await recorded(), 0, { observation: 'OBSERVATION:\nx = 7\n' }),
      await open(),
    );
    expect(replay.steps[0]).toMatchObject({
      likeness: 'different',
      difference: { recorded: 'OBSERVATION:\nx = 7\n', replayed: 'OBSERVATION:\nx = 1\n' },
    });
  });

  test('sees another diff, but not other hashes in it', async () => {
    const trajectory = await recorded();
    const rehashed = trajectory.patch.replace(/^index .*$/m, 'index 0000000..1111111 100644');
    expect(rehashed).not.toBe(trajectory.patch);
    expect((await replayTrajectory({ ...trajectory, patch: rehashed }, await open())).diff_equal).toBe(true);
    const other = trajectory.patch.replace('+x = 2', '+x = 3');
    expect((await replayTrajectory({ ...trajectory, patch: other }, await open())).diff_equal).toBe(false);
  });

  test('does not hold an unknown exit code against a step', async () => {
    const replay = await replayTrajectory(withStep(await recorded(), 0, { exit_code: null }), await open());
    expect(replay.steps[0]!.likeness).toBe('exact');
  });

  test('records again what the repository answers now, in steps and messages alike', async () => {
    const trajectory = withStep(await recorded(), 0, { observation: 'stale', exit_code: 9 });
    const stale = {
      ...trajectory,
      messages: trajectory.messages.map((m, i) => (i === 3 ? { ...m, content: 'stale' } : m)),
    };
    const { rerecorded } = await replayTrajectory(stale, await open());
    expect(rerecorded.steps[0]).toMatchObject({ observation: 'OBSERVATION:\nx = 1\n', exit_code: 1, thought: 'why' });
    expect(rerecorded.messages[3]!.content).toBe('OBSERVATION:\nx = 1\n');
    expect(rerecorded.messages.map(({ role }) => role)).toEqual(trajectory.messages.map(({ role }) => role));
    expect(rerecorded.messages[2]).toEqual(trajectory.messages[2]);
    const again = await replayTrajectory(rerecorded, await open());
    expect(again.steps.filter(({ likeness }) => likeness === 'different')).toEqual([]);
  });

  test('clips as the record was clipped', async () => {
    const model = createScriptedModel(
      'test',
      (function* (): Policy {
        yield bash('seq 1 500');
        yield { thought: '', call: { name: 'submit', arguments: {} } };
      })(),
    );
    const instance = { instance_id: 'toy__1', problem_statement: 'p', image: 'toy:1' };
    const limits = { observationChars: 100 };
    const clipped = await runAttempt({ instance, sandbox: await open(), model, prompt: prompts.default!, limits });
    expect(clipped.steps[0]!.truncated).toBe(true);
    const replay = await replayTrajectory(clipped, await open());
    expect(replay.steps.map(({ likeness }) => likeness)).toEqual(['exact', 'exact']);
  });
});

describe('replaying what another agent recorded', () => {
  const recordedBy = (format: string, steps: Step[]): Trajectory => ({
    ...aTrajectory({ agent: { name: format }, provenance: { source_format: format } }),
    steps,
  });
  const call = (name: string, args: Record<string, unknown>, observation?: string): Step => ({
    ...{ thought: '', action: '', tool_call: { name, arguments: args }, malformed: false },
    ...(observation !== undefined && { observation }),
  });

  test('SWE-agent: one shell, its terminal, its editor, its review', async () => {
    const patch =
      'diff --git a/a.py b/a.py\nindex 1111111..2222222 100644\n--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-x = 1\n+x = 2\n';
    const trajectory = recordedBy('swe-smith', [
      call('bash', { command: 'mkdir d && cd d && touch one two && ls' }, 'OBSERVATION:\none  two'),
      call('bash', { command: 'ls | cat; cd ..; rm -r d' }, 'OBSERVATION:\none\r\ntwo'),
      call(
        'str_replace_editor',
        { command: 'str_replace', path: '/testbed/a.py', old_str: '1', new_str: '2' },
        "OBSERVATION:\nThe file /testbed/a.py has been edited. Here's the result of running `cat -n` on a snippet of /testbed/a.py:\r\n     1\tx = 2\r\nReview the changes and make sure they are as expected. Edit the file again if necessary.",
      ),
      call(
        'submit',
        {},
        `OBSERVATION:\nThank you for your work on this issue. Please carefully follow the steps below to help review your changes.\r\n${''}`,
      ),
      call('bash', { command: 'true' }, 'Your command ran successfully and did not produce any output.'),
      call('submit', {}),
    ]);
    const { steps, diff_equal } = await replayTrajectory({ ...trajectory, patch }, await open());
    expect(steps.map(({ likeness }) => likeness)).toEqual([
      'exact',
      'exact',
      'exact',
      'different',
      'exact',
      'unrecorded',
    ]);
    expect(steps[3]!.difference!.replayed).toContain('<diff>\r\ndiff --git a/a.py b/a.py\r\n');
    expect(diff_equal).toBe(true);
  });

  test('mini-swe-agent: a new shell each time, exit codes, its sentinel', async () => {
    const { steps } = await replayTrajectory(
      recordedBy('mini-swe-agent', [
        call('bash', { command: 'cd /; false' }, '<returncode>1</returncode>\n<output>\n</output>'),
        call('bash', { command: 'cat a.py' }, '<returncode>0</returncode>\n<output>\nx = 1\n</output>'),
        call('bash', { command: 'echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT; echo patch' }, 'patch\n'),
      ]),
      await open(),
    );
    expect(steps.map(({ likeness }) => likeness)).toEqual(['exact', 'exact', 'exact']);
  });
});

test('steps before the one asked for are run, but not compared', async () => {
  const trajectory = withStep(await recorded(), 0, { observation: 'stale' });
  const { steps, diff_equal } = await replayTrajectory(trajectory, await open(), { fromStep: 1 });
  expect(steps.map(({ step, likeness }) => [step, likeness])).toEqual([
    [1, 'exact'],
    [2, 'equal'],
    [3, 'exact'],
    [4, 'exact'],
  ]);
  expect(diff_equal).toBe(true);
  const box = await open();
  await replaySteps(trajectory, box, 2);
  expect((await box.exec('cat a.py')).output).toBe('x = 2\n');
});

describe('replaying many', () => {
  const many = [1, 2, 3].map((n) =>
    aTrajectory({
      instance_id: `toy__${n}`,
      steps: [bashStep(`echo ${n}`, `OBSERVATION:\n${n}\n`)],
      resolved: n !== 3,
    }),
  );
  const options = async (more: Partial<ReplayAllOptions> = {}): Promise<ReplayAllOptions> => ({
    trajectories: many,
    placeOf: ({ instance_id }) => ({ image: 'toy:1', instance: anInstance({ instance_id: instance_id! }) }),
    backend: localBackend(files),
    resultsFile: join(temporaryFolder(), 'replay.jsonl'),
    jobs: 2,
    ...more,
  });

  test('gives a row for each, in their order, and asks the judge about those that were resolved', async () => {
    const judged: string[] = [];
    const judge = async ({ instance_id }: { instance_id: string }) => {
      judged.push(instance_id);
      return instance_id === 'toy__1';
    };
    const rows = await replayAll(await options({ judge }));
    expect(
      rows.map(({ trajectory_id, steps, exact, diff_equal }) => [trajectory_id, steps, exact, diff_equal]),
    ).toEqual(many.map(({ trajectory_id }) => [trajectory_id, 1, 1, true]));
    expect(judged.sort()).toEqual(['toy__1', 'toy__2']);
    expect(rows.map(({ still_resolved }) => still_resolved)).toEqual([true, false, undefined]);
  });

  test('does not do again what the results file has, but does what changed or broke', async () => {
    const local = localBackend(files);
    let opened = 0;
    const backend: SandboxBackend = {
      name: 'breaks once',
      async open(how) {
        const box = await local.open(how);
        return opened++ > 0 ? box : { ...box, diff: () => Promise.reject(new SandboxError('gone')) };
      },
    };
    const how = await options({ backend, jobs: 1 });
    expect((await replayAll(how))[0]).toMatchObject({ error: 'gone', equal: 0 });
    expect((await replayAll(how))[0]).toMatchObject({ exact: 1 });
    expect(opened).toBe(4);
    const changed = [withStep(many[0]!, 0, { observation: 'x' }), ...many.slice(1)];
    expect((await replayAll({ ...how, trajectories: changed }))[0]).toMatchObject({ exact: 0 });
    expect(opened).toBe(5);
  });

  test('stops when it is told to', async () => {
    const stop = new AbortController();
    stop.abort(new DOMException('interrupted', 'AbortError'));
    await expect(replayAll(await options({ signal: stop.signal }))).rejects.toThrow('interrupted');
  });
});
