// A process of its own that collects in local sandboxes until it is done or killed, and waits for that in one phase:
// `tsx kill-collect.ts STORE PHASE`. A line for every answer that was paid, one where it waits, and what there is at the end.
import { collect } from '../../../src/data/collect/collect.ts';
import { openStore } from '../../../src/data/trajectory/store.ts';
import type { SandboxBackend } from '../../../src/world/sandbox/sandbox.ts';
import { paidTeacher, toyOptions } from './toys.ts';

const [path, wanted] = process.argv.slice(2);
const phase = async (name: string): Promise<void> => {
  if (name !== wanted) return;
  console.log('waiting');
  await new Promise((resolve) => setTimeout(resolve, 600_000));
};

const backend: SandboxBackend = {
  name: 'local',
  async open(how) {
    await phase('open');
    const box = await toyOptions.backend.open(how);
    return {
      ...box,
      exec: async (command, given) => {
        const result = await box.exec(command, given);
        await phase('command');
        return result;
      },
      diff: async () => {
        await phase('diff');
        return box.diff();
      },
    };
  },
};
await using store = await openStore(path!);
await collect({
  ...toyOptions,
  ...{ backend, store, jobs: 1 },
  modelOf: paidTeacher(async () => {
    await phase('answer');
    console.log('paid');
  }),
  judge: async (instance, patch) => {
    await phase('judge');
    return toyOptions.judge(instance, patch);
  },
});
const resolved = store.all().map((attempt) => attempt.resolved);
console.log(JSON.stringify({ resolved, costUsd: store.costUsd() }));
