// `collect`: instances + teacher → trajectories.
import type { Command } from 'commander';
import { findPrompt, promptHash } from '../../agents/loop/prompts.ts';
import type { ModelFactory } from '../../agents/model/model.ts';
import { engineerTask } from '../../agents/teacher/engineer/task.ts';
import { findTeacher } from '../../agents/teacher/registry.ts';
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
import { createPatchJudge, type EnvironmentsByName, loadEnvironmentsOf } from '../judging.ts';
import { type CollectCommandOptions, collectOptions, limitsOf } from '../options/collect-options.ts';
import { loadSelected } from '../options/selection.ts';
import { EXIT, printJson } from '../output.ts';

export const collectCommand = (): Command => collectOptions().action(run);

async function run(options: CollectCommandOptions): Promise<void> {
  const emit = createReporter();
  const signal = interruptSignal();
  const prompt = findPrompt(options.prompt);
  const instances = await loadSelected(options.tasks, options);
  const environments = await loadEnvironmentsOf(instances);
  const modelOf = await teacherOf(options, instances, environments);
  const { jobs, out, json, judge: isJudged, onlyResolved, run: dir, ...config } = options;
  await using folder = await openRun({ command: 'collect', config, dir });
  await ensureImages([...environments.values()], { emit, signal });
  const backend = await openBackend({ emit });
  await using store = await openStore(folder.path('trajectories.jsonl'), emit);
  emit({ type: 'stage', name: `collecting with ${options.teacher} into ${folder.dir}`, total: instances.length });
  const limits = limitsOf(options);
  const { owed } = await collect({
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
    runId: folder.id,
  });
  const kept = store.all().filter(({ resolved }) => !onlyResolved || resolved === true);
  if (out !== undefined) await saveTrajectories(out, kept.sort(byInstance));
  const result = {
    ...countsOf(store.all()),
    kept: kept.length,
    owed,
    run: folder.dir,
    ...(out !== undefined && { out }),
  };
  emit({
    type: 'note',
    text: `${result.trajectories} trajectories, ${result.resolved} resolved${out ? ` → ${out}` : ''}`,
  });
  if (json) printJson(result);
  if (owed > 0) process.exitCode = EXIT.someFailed;
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
  });
}

function countsOf(trajectories: readonly Attempt[]) {
  const endings: Partial<Record<Attempt['ending'], number>> = {};
  for (const { ending } of trajectories) endings[ending] = (endings[ending] ?? 0) + 1;
  const resolved = trajectories.filter((trajectory) => trajectory.resolved === true).length;
  const costUsd = trajectories.reduce((sum, { totals }) => sum + totals.cost_usd, 0);
  return { trajectories: trajectories.length, resolved, endings, cost_usd: costUsd };
}

const byInstance = (a: Attempt, b: Attempt): number =>
  a.instance_id.localeCompare(b.instance_id, 'en') || a.attempt - b.attempt;
