import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readOwnRows } from '../../../src/core/io/own-rows.ts';
import type { RunEvent } from '../../../src/core/run/events.ts';
import { openRun } from '../../../src/core/run/run-dir.ts';
import { type Instance, instanceSchema } from '../../../src/core/schema/instance.ts';
import { predictionSchema, type Verdict, verdictSchema } from '../../../src/core/schema/verdict.ts';
import { openScoring } from '../../../src/results/evaluate/scoring.ts';
import { openTestLogs } from '../../../src/results/evaluate/test-logs.ts';
import type { Judge } from '../../../src/world/judge/judge.ts';
import { temporaryFolder } from '../../support/temp.ts';

const instanceOf = (instance_id: string, rung?: string): Instance =>
  instanceSchema.parse({
    instance_id,
    repo: 'o/r',
    version: '1',
    base_commit: 'b',
    environment: 'e',
    image: 'i',
    problem_statement: 'p',
    patch: 'gold',
    FAIL_TO_PASS: ['t'],
    PASS_TO_PASS: [],
    eval_script: 'run the tests',
    log_parser: 'tap',
    split: 'heldout',
    metadata: rung === undefined ? {} : { rung },
  });
const instances = [instanceOf('a', '1'), instanceOf('b', '1'), instanceOf('c', '2'), instanceOf('d')];
const predict = (instance_id: string, model_patch: string | null) => ({
  instance_id,
  model_name_or_path: 'm',
  model_patch,
});

/** Judges by the text of the patch. */
const judge: Judge = async ({ instance_id }, patch): Promise<Verdict> => ({
  instance_id,
  outcome: patch === null ? 'empty_patch' : 'completed',
  resolved: patch === 'good',
  reason: patch === null ? 'the patch is empty' : '',
  duration_ms: 1,
  cache_key: `key of ${patch}`,
});

async function open(dir = temporaryFolder(), judgeWith = judge, signal?: AbortSignal) {
  await using run = await openRun({ command: 'score', config: {}, dir });
  const events: RunEvent[] = [];
  const scoring = await openScoring({
    instances,
    judge: judgeWith,
    run,
    jobs: 2,
    emit: (event) => events.push(event),
    signal,
  });
  return { run, scoring, events };
}

describe('a scoring run', () => {
  test('reports, counts rungs and writes SWE-bench’s files', async () => {
    const { run, scoring, events } = await open();
    scoring.submit(predict('c', null));
    scoring.submit(predict('b', 'bad'));
    scoring.submit(predict('a', 'good'));
    const report = await scoring.finish();
    expect(report).toMatchObject({
      total_instances: 4,
      submitted_instances: 3,
      resolved_ids: ['a'],
      unresolved_ids: ['b'],
      empty_patch_ids: ['c'],
      incomplete_ids: ['d'],
      resolve_rate: 1 / 3,
      rungs: { 1: { resolved: 1, total: 2 }, 2: { resolved: 0, total: 1 } },
    });
    expect(await readOwnRows(run.path('predictions.jsonl'), predictionSchema)).toEqual([
      predict('a', 'good'),
      predict('b', 'bad'),
      predict('c', null),
    ]);
    expect((await readOwnRows(run.path('verdicts.jsonl'), verdictSchema)).map((row) => row.instance_id)).toEqual([
      'a',
      'b',
      'c',
    ]);
    expect(JSON.parse(readFileSync(run.path('logs/a/report.json'), 'utf8')).a.resolved).toBe(true);
    expect(readFileSync(run.path('logs/b/patch.diff'), 'utf8')).toBe('bad');
    expect(readFileSync(run.path('logs/b/eval.sh'), 'utf8')).toBe('run the tests');
    expect(events.at(-1)).toEqual({ type: 'progress', done: 3, total: 4, text: 'judged, 1 resolved' });
  });

  test('an attempt that the machine broke is an infra failure with its reason', async () => {
    const { scoring } = await open();
    scoring.fail(predict('a', null), 'sandbox_error: engine gone');
    expect(await scoring.finish()).toMatchObject({
      submitted_instances: 1,
      infra_failure_ids: ['a'],
      error_ids: ['a'],
      unresolved_ids: [],
      failure_reasons: { a: 'sandbox_error: engine gone' },
    });
  });

  test('leaves out what is not selected, and takes one prediction an instance', async () => {
    const { scoring } = await open();
    scoring.submit(predict('elsewhere', 'good'));
    scoring.submit(predict('a', 'good'));
    scoring.submit(predict('a', 'bad'));
    expect(await scoring.finish()).toMatchObject({ submitted_ids: ['a'], resolved_ids: ['a'] });
  });

  test('never judges more at once than asked', async () => {
    let [now, most] = [0, 0];
    const slow: Judge = async (instance, patch) => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, 10));
      now--;
      return judge(instance, patch);
    };
    const { scoring } = await open(undefined, slow);
    for (const { instance_id } of instances) scoring.submit(predict(instance_id, 'good'));
    await scoring.finish();
    expect(most).toBe(2);
  });

  test('an interrupt keeps what was judged, and the folder resumes', async () => {
    const dir = temporaryFolder();
    const controller = new AbortController();
    const stopAfterFirst: Judge = async (instance, patch) => {
      if (instance.instance_id !== 'a') controller.abort(new DOMException('interrupted', 'AbortError'));
      controller.signal.throwIfAborted();
      return judge(instance, patch);
    };
    const first = await open(dir, stopAfterFirst, controller.signal);
    for (const { instance_id } of instances) first.scoring.submit(predict(instance_id, 'good'));
    await expect(first.scoring.finish()).rejects.toThrow('interrupted');
    expect(await readOwnRows(join(dir, 'verdicts.jsonl'), verdictSchema)).toHaveLength(1);

    const second = await open(dir);
    for (const { instance_id } of instances) second.scoring.submit(predict(instance_id, 'good'));
    expect((await second.scoring.finish()).resolved_ids).toEqual(['a', 'b', 'c', 'd']);
    expect(await readOwnRows(join(dir, 'verdicts.jsonl'), verdictSchema)).toHaveLength(4);
  });

  test('an id stays one folder of the logs, whatever is in it', async () => {
    const { run } = await open();
    const writeTestLog = await openTestLogs(run);
    await writeTestLog(instanceOf('org/x'), 'log');
    await writeTestLog({ ...instanceOf('a'), instance_id: '..' }, 'log');
    expect(readFileSync(run.path('logs/org%2Fx/test_output.txt'), 'utf8')).toBe('log');
    expect(readFileSync(run.path('logs/%2E%2E/test_output.txt'), 'utf8')).toBe('log');
    expect(existsSync(run.path('test_output.txt'))).toBe(false);
  });
});
