// A scoring run: predictions are made (or read), each is judged in a fresh sandbox, and the run folder fills with SWE-bench's files:
// predictions.jsonl, verdicts.jsonl, logs/<instance>/{patch.diff, eval.sh, test_output.txt, report.json}, report.json.
// Stopped and started again, it goes on where it was; what an infra failure hit is owed again.
import { writeFile } from 'node:fs/promises';
import pLimit from 'p-limit';
import type { Emit } from '../run/events.ts';
import { writeFileAtomic, writeJson } from '../run/files.ts';
import { JsonlWriter, readJsonl } from '../run/jsonl.ts';
import { mapPool } from '../run/pool.ts';
import type { RunDir } from '../run/run-dir.ts';
import type { Instance } from '../schema/instance.ts';
import { type Prediction, predictionSchema, type Verdict, verdictSchema } from '../schema/verdict.ts';
import type { Judge } from './judge.ts';
import { createReport, instanceReport, type RunReport } from './report.ts';
import { countRungs, type RungCounts } from './rungs.ts';

/** `failure` says why there is no real prediction: the machine or the model broke, and the attempt is owed again. */
export interface Predicted {
  prediction: Prediction;
  failure?: string;
}

/** Resolves with undefined when there is no prediction for the instance. */
export type Predict = (instance: Instance) => Promise<Predicted | undefined>;

export interface ScoreOptions {
  instances: readonly Instance[];
  predict: Predict;
  judge: Judge;
  run: RunDir;
  predictionsAtOnce: number;
  verdictsAtOnce: number;
  emit: Emit;
  signal?: AbortSignal | undefined;
}

export type ScoreReport = RunReport & { rungs: RungCounts };

export async function scoreRun(options: ScoreOptions): Promise<ScoreReport> {
  const { instances, run, emit, signal } = options;
  const predicted = new Map(
    (await readJsonl(run.path('predictions.jsonl'), predictionSchema)).map((row) => [row.instance_id, row]),
  );
  const judged = new Map(
    (await readJsonl(run.path('verdicts.jsonl'), verdictSchema)).map((row) => [row.instance_id, row]),
  );
  await using predictionFile = await JsonlWriter.open(run.path('predictions.jsonl'));
  await using verdictFile = await JsonlWriter.open(run.path('verdicts.jsonl'));
  const verdictLimit = pLimit(options.verdictsAtOnce);
  const judging: Promise<void>[] = [];
  const progress = createProgress(instances.length, judged, emit);

  const judgeOne = async (instance: Instance, { prediction, failure }: Predicted): Promise<void> => {
    signal?.throwIfAborted();
    const verdict =
      failure === undefined ? await options.judge(instance, prediction.model_patch) : lost(instance, failure);
    if (verdict.outcome !== 'infra_failure') await verdictFile.append(verdict);
    judged.set(instance.instance_id, verdict);
    await writeLogs(run, instance, prediction, verdict);
    progress();
  };
  const scoreOne = async (instance: Instance): Promise<void> => {
    const id = instance.instance_id;
    const known = predicted.get(id);
    if (known !== undefined && judged.has(id)) return;
    const made = known === undefined ? await options.predict(instance) : { prediction: known };
    if (made === undefined) return;
    if (known === undefined) predicted.set(id, made.prediction);
    if (known === undefined && made.failure === undefined) await predictionFile.append(made.prediction);
    const verdict = verdictLimit(() => judgeOne(instance, made));
    // Awaited below, when the next predictions are under way or done.
    verdict.catch(() => undefined);
    judging.push(verdict);
  };
  try {
    await mapPool(instances, options.predictionsAtOnce, scoreOne, { signal });
  } finally {
    await Promise.allSettled(judging);
  }
  await Promise.all(judging);

  const verdicts = [...judged.values()];
  const report = {
    ...createReport(instances, [...predicted.values()], verdicts),
    rungs: countRungs(instances, verdicts),
  };
  await writeJson(run.path('report.json'), report);
  return report;
}

function createProgress(total: number, judged: Map<string, Verdict>, emit: Emit): () => void {
  return () => {
    const resolved = [...judged.values()].filter((verdict) => verdict.resolved).length;
    emit({ type: 'progress', done: judged.size, total, text: `judged, ${resolved} resolved` });
  };
}

const lost = ({ instance_id }: Instance, reason: string): Verdict => ({
  instance_id,
  outcome: 'infra_failure',
  resolved: false,
  reason,
  duration_ms: 0,
  cache_key: '',
});

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

/** For the judge's `onLog`. A verdict out of the cache has no new log. */
export const writeTestLog = (run: RunDir, instance: Instance, log: string): Promise<void> =>
  writeFileAtomic(`${logFolder(run, instance)}/test_output.txt`, log);

const logFolder = (run: RunDir, { instance_id }: Instance): string =>
  run.path('logs', instance_id.replaceAll('/', '__'));
