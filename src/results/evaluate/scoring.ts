// A scoring run: predictions come in as they are made or read, each is judged in a fresh sandbox, and the run folder fills with
// SWE-bench's files: predictions.jsonl, verdicts.jsonl, logs/<instance>/{patch.diff, eval.sh, test_output.txt, report.json}.
// Stopped and started again, the judge's cache answers for what was judged; what an infra failure hit is to be made again.
import { writeFile } from 'node:fs/promises';
import { JsonlWriter } from '../../core/io/jsonl.ts';
import type { Emit } from '../../core/run/events.ts';
import { writeFileAtomic, writeJson } from '../../core/run/files.ts';
import { createPool } from '../../core/run/pool.ts';
import type { RunDir } from '../../core/run/run-dir.ts';
import type { Instance } from '../../core/schema/instance.ts';
import { idToFile } from '../../core/schema/safe-id.ts';
import type { Prediction, Verdict } from '../../core/schema/verdict.ts';
import type { Judge } from '../../world/judge/judge.ts';
import { createReport, instanceReport, type RunReport } from './report.ts';
import { countRungs, type RungCounts } from './rungs.ts';

export interface ScoringOptions {
  instances: readonly Instance[];
  judge: Judge;
  run: RunDir;
  /** Verdicts at once. */
  jobs: number;
  emit: Emit;
  signal?: AbortSignal | undefined;
}

export interface Scoring extends AsyncDisposable {
  /** Queues a prediction. Those for instances that are not of this run are left out. */
  submit(prediction: Prediction): void;
  /** Counts an attempt that the machine or the model broke: submitted, not judged, made again. */
  fail(prediction: Prediction, reason: string): void;
  /** Waits for what was queued. Throws when interrupted; what was judged until then is in verdicts.jsonl. */
  finish(): Promise<ScoreReport>;
}

export type ScoreReport = RunReport & { rungs: RungCounts };

export async function openScoring({ instances, judge, run, jobs, emit, signal }: ScoringOptions): Promise<Scoring> {
  const byId = new Map(instances.map((instance) => [instance.instance_id, instance]));
  const predictions = new Map<string, Prediction>();
  const verdicts = new Map<string, Verdict>();
  const writer = await JsonlWriter.open(run.path('verdicts.jsonl'));
  const pool = createPool(jobs, signal);
  const queue: Promise<void>[] = [];
  let failure: { error: unknown } | undefined;

  const enter = (prediction: Prediction, judgeIt: (instance: Instance) => Promise<Verdict>): void => {
    if (failure !== undefined) throw failure.error; // whoever makes predictions need not make more
    const instance = byId.get(prediction.instance_id);
    if (instance === undefined || predictions.has(prediction.instance_id)) return;
    predictions.set(prediction.instance_id, prediction);
    const task = pool(async () => {
      const verdict = await judgeIt(instance);
      verdicts.set(instance.instance_id, verdict);
      await writer.append(verdict);
      await writeLogs(run, instance, prediction, verdict);
      emit({ type: 'progress', done: verdicts.size, total: instances.length, text: summaryOf(verdicts) });
    });
    task.catch((error) => {
      failure ??= { error };
    });
    queue.push(task);
  };

  const settle = async (): Promise<void> => {
    await Promise.allSettled(queue);
    await writer[Symbol.asyncDispose]();
  };
  return {
    submit: (prediction) => enter(prediction, (instance) => judge(instance, prediction.model_patch)),
    fail: (prediction, reason) => enter(prediction, async (instance) => lost(instance, reason)),
    async finish() {
      await settle();
      await Promise.all(queue);
      await writeRows(run.path('verdicts.jsonl'), verdicts);
      await writeRows(run.path('predictions.jsonl'), predictions);
      const all = [...verdicts.values()];
      return { ...createReport(instances, [...predictions.values()], all), rungs: countRungs(instances, all) };
    },
    [Symbol.asyncDispose]: settle,
  };
}

async function writeLogs(
  run: RunDir,
  instance: Instance,
  { model_patch }: Prediction,
  verdict: Verdict,
): Promise<void> {
  const folder = logFolder(run, instance);
  await writeJson(`${folder}/report.json`, instanceReport(verdict, model_patch));
  await writeFile(`${folder}/patch.diff`, model_patch ?? '');
  await writeFile(`${folder}/eval.sh`, instance.eval_script);
}

const logFolder = (run: RunDir, { instance_id }: Instance): string => run.path('logs', idToFile(instance_id));

/** Once all are there: a row an instance, in order of their ids. */
function writeRows(path: string, rows: ReadonlyMap<string, unknown>): Promise<void> {
  const sorted = [...rows].sort(([a], [b]) => (a < b ? -1 : 1));
  return writeFileAtomic(path, sorted.map(([, row]) => `${JSON.stringify(row)}\n`).join(''));
}

function summaryOf(verdicts: ReadonlyMap<string, Verdict>): string {
  const resolved = [...verdicts.values()].filter((verdict) => verdict.resolved).length;
  return `judged, ${resolved} resolved`;
}

const lost = ({ instance_id }: Instance, reason: string): Verdict => ({
  instance_id,
  outcome: 'infra_failure',
  resolved: false,
  reason,
  duration_ms: 0,
  cache_key: '',
});
