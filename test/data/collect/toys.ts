// Two instances that a scripted teacher repairs in a local sandbox, for tests of collecting.
import { prompts } from '../../../src/agents/loop/prompts.ts';
import type { ModelFactory } from '../../../src/agents/model/model.ts';
import { createScriptedModel, type Policy } from '../../../src/agents/teacher/scripted.ts';
import type { CollectOptions } from '../../../src/data/collect/collect.ts';
import { anInstance } from '../../support/instance.ts';
import { localBackend } from '../../support/local-sandbox.ts';

const bug = 'diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-x = 2\n+x = 1\n';
export const instances = ['toy__1', 'toy__2'].map((instance_id) => anInstance({ instance_id, bug_patch: bug }));

export function* repair(how = "sed -i 's/1/2/' a.py"): Policy {
  yield { thought: 'look', call: { name: 'bash', arguments: { command: 'cat a.py' } } };
  yield { thought: 'edit', call: { name: 'bash', arguments: { command: how } } };
  yield { thought: 'done', call: { name: 'submit', arguments: {} } };
}

export const toyOptions = {
  ...{ instances, attempts: 1, jobs: 2, prompt: prompts.default!, limits: {}, seed: 1, configHash: 'c' },
  backend: localBackend({ 'a.py': 'x = 2\n' }),
  judge: async (_: unknown, patch: string): Promise<boolean | undefined> => patch.includes('+x = 2'),
} satisfies Partial<CollectOptions>;

/** The teacher, whose every answer costs $0.25; `onQuery` is called before each. */
export const paidTeacher =
  (onQuery: () => void | Promise<void> = () => undefined): ModelFactory =>
  async () => {
    const model = createScriptedModel('test', repair());
    return {
      ...model,
      async query(messages, how) {
        await onQuery();
        return { ...(await model.query(messages, how)), costUsd: 0.25 };
      },
    };
  };
