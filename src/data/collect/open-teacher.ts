// The teacher that the options name, with what it has to know of the instances.
import type { ModelFactory } from '../../agents/model/model.ts';
import { expertTask } from '../../agents/teacher/expert/task.ts';
import { findTeacher } from '../../agents/teacher/registry.ts';
import type { Emit } from '../../core/run/events.ts';
import type { Instance } from '../../core/schema/instance.ts';
import type { EnvironmentsByName } from '../../world/task/environments.ts';
import { loadTrajectories } from '../trajectory/load.ts';
import type { CollectSettings } from './options.ts';

export async function openTeacher(
  options: CollectSettings,
  instances: readonly Instance[],
  environments: EnvironmentsByName,
  emit: Emit,
): Promise<ModelFactory> {
  const byId = new Map(instances.map((instance) => [instance.instance_id, instance]));
  const recordings = options.recording === undefined ? [] : await loadTrajectories(options.recording, emit);
  return findTeacher(options.teacher, {
    taskOf(instanceId) {
      const instance = byId.get(instanceId)!;
      return expertTask(instance, environments.get(instance.environment)!);
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
