// Teachers by name. A teacher is a way to open a model for one attempt at one instance.
import { ConfigError } from '../../core/schema/errors.ts';
import { idToFile } from '../../core/schema/safe-id.ts';
import type { Trajectory } from '../../core/schema/trajectory.ts';
import { createAnthropicModel } from '../model/anthropic.ts';
import type { ModelFactory } from '../model/model.ts';
import { hasPrice } from '../model/prices.ts';
import { createScriptedExpert, type ExpertStyle } from './expert/scripted-expert.ts';
import type { ExpertTask } from './expert/task.ts';
import { createRecordedModel } from './recorded.ts';
import { createStdioModel } from './stdio.ts';

export interface TeacherOptions {
  /** scripted: what the expert knows of an instance. */
  taskOf?: (instanceId: string) => ExpertTask;
  style?: ExpertStyle;
  /** stdio: the program; recorded: the trajectories; anthropic: the model. */
  command?: string | undefined;
  recordings?: readonly Trajectory[];
  model?: string | undefined;
  timeoutMs?: number | undefined;
  allowUnknownCost?: boolean | undefined;
  /** Of one attempt; a teacher that cannot say what it costs is refused with it. 0 = no limit. */
  costLimitUsd?: number;
}

const teachers: Record<string, (options: TeacherOptions) => ModelFactory> = {
  scripted({ taskOf, style = 'default' }) {
    if (taskOf === undefined) throw new ConfigError('The scripted teacher needs instances with a gold patch.');
    return async ({ instanceId, attempt, seed }) => createScriptedExpert(taskOf(instanceId), { seed, attempt, style });
  },
  stdio({ command, model, timeoutMs = 0, costLimitUsd = 0 }) {
    if (!command) throw new ConfigError('The stdio teacher is a program of yours. Name it with --stdio-command.');
    return async ({ instanceId, attempt, seed }) =>
      createStdioModel({
        command,
        timeoutMs,
        mustReportCost: costLimitUsd > 0,
        ...(model !== undefined && { name: model }),
        env: {
          STEPWRIGHT_INSTANCE_ID: instanceId,
          STEPWRIGHT_INSTANCE_FILE: idToFile(instanceId),
          STEPWRIGHT_ATTEMPT: String(attempt),
          STEPWRIGHT_SEED: String(seed),
        },
      });
  },
  recorded({ recordings = [] }) {
    return async ({ instanceId, attempt }) => {
      const mine = recordings.filter(({ instance_id }) => instance_id === instanceId);
      const recording = mine.find((one) => one.attempt === attempt) ?? mine[0];
      if (recording === undefined)
        throw new ConfigError(`No recorded trajectory of ${instanceId}. Give files that hold one with --recording.`);
      return createRecordedModel(recording);
    };
  },
  anthropic({ model, timeoutMs, allowUnknownCost = false, costLimitUsd = 0 }) {
    if (!model) throw new ConfigError('The anthropic teacher needs --model, e.g. --model claude-sonnet-5-5.');
    if (costLimitUsd > 0 && allowUnknownCost && !hasPrice(model))
      throw new ConfigError(
        `--cost-limit: the price of "${model}" is unknown, so its cost cannot be limited. Use --token-limit.`,
      );
    const options = { model, allowUnknownCost, ...(timeoutMs !== undefined && { timeoutMs }) };
    createAnthropicModel(options); // a missing key or price is told before anything is started
    return async () => createAnthropicModel(options);
  },
};

export const teacherNames = Object.keys(teachers);

export function findTeacher(name: string, options: TeacherOptions): ModelFactory {
  if (!Object.hasOwn(teachers, name))
    throw new ConfigError(`Unknown teacher "${name}". Known: ${teacherNames.join(', ')}.`);
  return teachers[name]!(options);
}
