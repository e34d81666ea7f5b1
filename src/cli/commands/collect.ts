// `collect`: instances + teacher → trajectories.
import { findPrompt, promptHash } from '../../agents/loop/prompts.ts';
import type { ModelFactory } from '../../agents/model/model.ts';
import { commandHash } from '../../agents/teacher/command-name.ts';
import { engineerTask } from '../../agents/teacher/engineer/task.ts';
import { findTeacher } from '../../agents/teacher/registry.ts';
import { contentHash } from '../../core/run/content-hash.ts';
import { interruptSignal } from '../../core/run/interrupt.ts';
import { createReporter } from '../../core/run/reporter.ts';
import { openRun } from '../../core/run/run-dir.ts';
import type { Instance } from '../../core/schema/instance.ts';
import type { Attempt } from '../../core/schema/trajectory.ts';
import { collect } from '../../data/collect/collect.ts';
import { loadTrajectories, saveTrajectories } from '../../data/trajectory/load.ts';
import { currentCommit, hashOf, imageDigests } from '../../data/trajectory/provenance.ts';
import { openStore } from '../../data/trajectory/store.ts';
import { openBackend } from '../../world/sandbox/backend.ts';
import { ensureImages } from '../../world/sandbox/images/images.ts';
import { emitReport, reportOf } from '../collect-report.ts';
import { createPatchJudge, type EnvironmentsByName, loadEnvironmentsOf } from '../judging.ts';
import { limitsOf } from '../options/attempts.ts';
import { type CollectCommandOptions, collectSchema } from '../options/collect.ts';
import { defineCommand, type Invocation } from '../options/command.ts';
import { loadSelectedBySource } from '../options/selection.ts';
import { EXIT, printJson } from '../output.ts';

export const collectCommand = defineCommand({
  name: 'collect',
  about: 'Lets a teacher attempt instances in containers and records each attempt as a trajectory.',
  options: collectSchema,
  examples: [
    'stepwright collect --tasks upstream --split train --only-resolved --out trajectories/upstream.jsonl',
    'stepwright collect --tasks katas --prompt brief -j 4',
    'stepwright collect --tasks upstream --teacher anthropic --model claude-sonnet-5-5 --cost-limit 1',
  ],
  run,
});

async function run(options: CollectCommandOptions, { resolved }: Invocation): Promise<void> {
  const emit = createReporter();
  const signal = interruptSignal();
  const prompt = findPrompt(options.prompt);
  const sources = await loadSelectedBySource(options.tasks, options);
  const instances = [...sources.keys()];
  const environments = await loadEnvironmentsOf(instances);
  const modelOf = await teacherOf(options, instances, environments);
  const {
    jobs,
    out,
    json,
    judge: isJudged,
    onlyResolved,
    run: dir,
    allowUnknownCost,
    stdioCommand,
    runtime,
    ...config
  } = options;
  const inputs = {
    '--tasks': hashOf(instances),
    ...(stdioCommand !== undefined && { '--stdio-command': commandHash(stdioCommand) }), // it may hold a key
    ...(options.recording && { '--recording': await contentHash(options.recording) }),
  };
  await using folder = await openRun({ command: 'collect', config, inputs, dir, resolved });
  await ensureImages([...environments.values()], { emit, signal });
  const backend = await openBackend({ emit, runtime });
  await using store = await openStore(folder.path('trajectories.jsonl'), emit);
  emit({ type: 'stage', name: `collecting with ${options.teacher} into ${folder.dir}`, total: instances.length });
  const limits = limitsOf(options);
  const failure = await collect({
    ...{ instances, backend, modelOf, prompt, limits, store, jobs, emit, signal },
    attempts: options.attempts,
    seed: options.seed,
    judge: isJudged ? createPatchJudge(backend, environments, { runId: folder.id, signal }) : undefined,
    configHash: hashOf([
      options.teacher,
      options.model,
      options.stdioCommand,
      promptHash(prompt),
      limits,
      options.seed,
    ]),
    gitCommit: await currentCommit(),
    digests: await imageDigests(instances.map(({ image }) => image)),
    suiteOf: (instance) => sources.get(instance),
    runId: folder.id,
  }).then(
    () => undefined,
    (error: unknown) => error ?? new Error('unknown failure'),
  );
  const kept = store.all().filter((attempt) => !onlyResolved || attempt.resolved === true);
  if (out !== undefined) await saveTrajectories(out, kept.sort(byInstance));
  const wanted = instances.length * options.attempts;
  const report = reportOf(store.all(), { wanted, costUsd: store.costUsd(), run: folder.dir });
  emitReport(report, emit, stdioCommand === undefined ? '' : " --stdio-command '…'");
  if (out !== undefined) emit({ type: 'note', text: `${kept.length} trajectories → ${out}` });
  if (json) printJson({ ...report, owed: report.pending, kept: kept.length, ...(out !== undefined && { out }) });
  if (failure !== undefined) throw failure;
  if (report.pending > 0) process.exitCode = EXIT.someFailed;
}

async function teacherOf(
  options: CollectCommandOptions,
  instances: readonly Instance[],
  environments: EnvironmentsByName,
): Promise<ModelFactory> {
  const byId = new Map(instances.map((instance) => [instance.instance_id, instance]));
  const recordings = options.recording === undefined ? [] : await loadTrajectories(options.recording, createReporter());
  return findTeacher(options.teacher, {
    taskOf(instanceId) {
      const instance = byId.get(instanceId)!;
      return engineerTask(instance, environments.get(instance.environment)!);
    },
    style: options.prompt === 'brief' ? 'brief' : 'default',
    command: options.stdioCommand,
    recordings,
    model: options.model,
    timeoutMs: options.answerTimeout === undefined ? undefined : options.answerTimeout * 1000,
    allowUnknownCost: options.allowUnknownCost,
    costLimitUsd: options.costLimit,
  });
}

const byInstance = (a: Attempt, b: Attempt): number =>
  a.instance_id.localeCompare(b.instance_id, 'en') || a.attempt - b.attempt;
