import { expect, test } from 'vitest';
import type { Model } from '../../../../src/agents/model/model.ts';
import { expertTask } from '../../../../src/agents/teacher/expert/task.ts';
import { findTeacher } from '../../../../src/agents/teacher/registry.ts';
import { createScriptedModel, type Policy } from '../../../../src/agents/teacher/scripted.ts';
import { silent } from '../../../../src/core/run/events.ts';
import { trainOptionsSchema } from '../../../../src/learning/train/options/options.ts';
import { openSandboxAttempts } from '../../../../src/learning/train/policy/sandbox-attempts.ts';
import { LABEL } from '../../../../src/world/sandbox/container/owner.ts';
import { ensureEngine } from '../../../../src/world/sandbox/engine/ensure-engine.ts';
import { loadEnvironment } from '../../../../src/world/task/environments.ts';

const options = trainOptionsSchema.parse({ method: 'rlvr', tasks: ['katas'] });

test('an attempt is rewarded when the tests say that it resolved its instance, and only then', async () => {
  const context = { emit: silent, signal: new AbortController().signal };
  const { instances, attempt } = await openSandboxAttempts(options, context);
  expect(instances.every(({ split }) => split === 'train')).toBe(true);
  const instance = instances[0]!;
  const environment = await loadEnvironment(instance.environment);
  const taskOf = () => expertTask(instance, environment);
  const expert = findTeacher('scripted', { taskOf, style: 'brief' });
  const solving = await expert({ instanceId: instance.instance_id, attempt: 0, seed: 1 });
  expect(await attempt(instance, solving, 0)).toMatchObject({ reward: 1, trajectory: { resolved: true, attempt: 0 } });
  const idle = createScriptedModel('idle', submitAtOnce());
  expect(await attempt(instance, idle, 1)).toMatchObject({ reward: 0, trajectory: { resolved: false, attempt: 1 } });
});

test('an attempt whose model fails is not judged, and said', async () => {
  const said: string[] = [];
  const { instances, attempt } = await openSandboxAttempts(options, {
    emit: (event) => void (event.type === 'warn' && said.push(event.text)),
    signal: new AbortController().signal,
  });
  const broken = { name: 'broken', settings: {}, query: async () => Promise.reject(new Error('out of memory')) };
  const made = await attempt(instances[0]!, broken, 0);
  expect(made).toMatchObject({ reward: undefined, trajectory: { ending: 'model_error' } });
  expect(said).toEqual([expect.stringMatching(/model_error \(.*out of memory/)]);
});

test('an attempt whose container is killed has no reward, and its group goes on without it', async () => {
  const said: string[] = [];
  const { instances, attempt } = await openSandboxAttempts(options, {
    emit: (event) => void (event.type === 'warn' && said.push(event.text)),
  });
  const { docker } = await ensureEngine(silent);
  const idle = createScriptedModel('idle', submitAtOnce());
  const killing: Model = {
    ...idle,
    async query(messages, how) {
      const label = [`${LABEL.pid}=${process.pid}`];
      for (const { Id } of await docker.listContainers({ filters: { label } })) await docker.getContainer(Id).kill();
      return idle.query(messages, how);
    },
  };
  const made = await attempt(instances[0]!, killing, 0);
  expect(made).toMatchObject({ reward: undefined, trajectory: { ending: 'sandbox_error' } });
  expect(made!.trajectory.resolved).toBeUndefined();
  expect(said).toEqual([expect.stringMatching(/sandbox_error \(.*ended from outside/)]);
});

function* submitAtOnce(): Policy {
  yield { thought: 'Done.', call: { name: 'submit', arguments: {} } };
}
