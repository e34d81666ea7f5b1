// One attempt at an instance, from the sandbox that is opened for it to the verdict on what it changed.
import { runAttempt } from '../../agents/loop/attempt.ts';
import type { AttemptLimits } from '../../agents/loop/limits.ts';
import type { Prompt } from '../../agents/loop/prompts.ts';
import type { Model } from '../../agents/model/model.ts';
import type { Instance } from '../../core/schema/instance.ts';
import type { Attempt } from '../../core/schema/trajectory.ts';
import type { SandboxBackend } from '../../world/sandbox/sandbox.ts';
import { fitRow } from '../trajectory/fit-row.ts';
import { isPending } from '../trajectory/store.ts';

/** Whether a patch resolves an instance; undefined when that could not be found out. */
export type JudgePatch = (instance: Instance, patch: string) => Promise<boolean | undefined>;

export interface AttemptSettings {
  backend: SandboxBackend;
  prompt: Prompt;
  limits: Partial<AttemptLimits>;
  judge?: JudgePatch | undefined;
  seed: number;
  configHash: string;
  gitCommit?: string;
  /** Image id by image reference. */
  digests?: ReadonlyMap<string, string>;
  /** Where an instance comes from, for `replay` and `extract` to find it again. */
  suiteOf?(instance: Instance): string | undefined;
  runId?: string;
  signal?: AbortSignal | undefined;
}

export interface Assignment {
  instance: Instance;
  attempt: number;
}

/** Throws when no sandbox can be opened; what goes wrong later is the attempt's ending. */
export const attemptInstance = async (
  settings: AttemptSettings,
  assignment: Assignment,
  model: Model,
): Promise<Attempt> => judgeAttempt(settings, assignment.instance, await makeAttempt(settings, assignment, model));

/** The same without the verdict. */
export async function makeAttempt(
  settings: AttemptSettings,
  { instance, attempt }: Assignment,
  model: Model,
): Promise<Attempt> {
  const { backend, prompt, limits, seed, configHash, gitCommit = '', runId, signal } = settings;
  const shared = signal ? { signal } : {};
  const { image, bug_patch: bugPatch, base_commit: baseCommit } = instance;
  await using sandbox = await backend.open({ image, bugPatch, baseCommit, ...(runId && { runId }), ...shared });
  const suite = settings.suiteOf?.(instance);
  const origin = suite === undefined ? {} : { suite, split: instance.split };
  const provenance = { seed, config_hash: configHash, git_commit: gitCommit, ...origin };
  const environment = { digest: settings.digests?.get(image) ?? '' };
  const options = { instance, sandbox, model, prompt, limits, attempt, environment, provenance, ...shared };
  return fitRow(await runAttempt(options));
}

/** With its verdict, where one is asked for and can be found out. */
export async function judgeAttempt(
  { judge }: Pick<AttemptSettings, 'judge'>,
  instance: Instance,
  attempt: Attempt,
): Promise<Attempt> {
  if (judge === undefined || !isToBeJudged(attempt)) return attempt;
  const resolved = await judge(instance, attempt.patch);
  return resolved === undefined ? attempt : { ...attempt, resolved };
}

/** There is a patch, and no verdict on it. */
export const isToBeJudged = (attempt: Attempt): boolean =>
  attempt.resolved === undefined && attempt.ending !== 'patch_too_large' && !isPending(attempt);
