// What RLVR attempts: the instances of `--tasks`, each in a sandbox of its own, judged as `score` judges where the verdict is the reward.
import { findPrompt, promptHash } from '../../../agents/loop/prompts.ts';
import type { Emit } from '../../../core/run/events.ts';
import { ConfigError, messageOf, SandboxError } from '../../../core/schema/errors.ts';
import type { Instance } from '../../../core/schema/instance.ts';
import { attemptInstance } from '../../../data/collect/attempt-instance.ts';
import { createPatchJudge } from '../../../data/collect/patch-judge.ts';
import { hashOf } from '../../../data/trajectory/provenance.ts';
import { openBackend } from '../../../world/sandbox/backend.ts';
import { ensureImages } from '../../../world/sandbox/images/images.ts';
import { loadEnvironmentsOf } from '../../../world/task/environments.ts';
import { loadSelected } from '../../../world/task/selection.ts';
import { readStepInstances } from '../data/steps.ts';
import type { TrainOptions } from '../options/options.ts';
import { oneStepReward, outcomeReward } from './attempt-reward.ts';
import type { AttemptFunction } from './attempts.ts';

export async function openSandboxAttempts(
  options: TrainOptions,
  { emit, signal, runtime }: { emit: Emit; signal?: AbortSignal | undefined; runtime?: string | undefined },
): Promise<{ instances: Instance[]; attempt: AttemptFunction }> {
  if (options.tasks.length === 0)
    throw new ConfigError('--method rlvr: give --tasks, the suites, task folders or files to attempt.');
  const instances = await loadSelected(options.tasks, { split: 'train' });
  if (instances.length === 0)
    throw new ConfigError(`--tasks ${options.tasks.join(' ')}: no instance of it is on the training side.`);
  const environments = await loadEnvironmentsOf(instances);
  await ensureImages([...environments.values()], { emit, signal });
  const backend = await openBackend({ emit, runtime });
  const runId = `train-${hashOf([options, process.pid, Date.now()]).slice(0, 8)}`;
  const prompt = findPrompt(options.prompt);
  const isJudged = options.attemptReward === 'resolved';
  const rewardOf = isJudged ? outcomeReward : oneStepReward(await readStepInstances(options.steps));
  const settings = {
    ...{ backend, prompt, signal, runId, seed: options.seed },
    limits: { steps: options.stepLimit },
    judge: isJudged ? createPatchJudge(backend, environments, { runId, signal }) : undefined,
    configHash: hashOf([options, promptHash(prompt)]),
  };
  const attempt: AttemptFunction = async (instance, model, number) => {
    try {
      const trajectory = await attemptInstance(settings, { instance, attempt: number }, model);
      const { ending, error } = trajectory;
      if (error !== undefined) emit({ type: 'warn', text: `${instance.instance_id}: ${ending} (${error})` });
      return { trajectory, reward: rewardOf(trajectory) };
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof SandboxError)) throw error;
      emit({ type: 'warn', text: `${instance.instance_id}: ${messageOf(error)}` });
      return undefined;
    }
  };
  return { instances, attempt };
}
