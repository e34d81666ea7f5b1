// An engine that is paused or restarted, and a container that is killed, in each phase of an attempt and of its judging: never a verdict.

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { environmentSchema } from '../../../src/core/schema/environment.ts';
import type { Instance } from '../../../src/core/schema/instance.ts';
import { collect } from '../../../src/data/collect/collect.ts';
import { createPatchJudge } from '../../../src/data/collect/patch-judge.ts';
import { openStore } from '../../../src/data/trajectory/store.ts';
import { createDockerBackend } from '../../../src/world/sandbox/docker.ts';
import type { Sandbox, SandboxBackend } from '../../../src/world/sandbox/sandbox.ts';
import { anInstance } from '../../support/instance.ts';
import { type PrivateEngine, startPrivateEngine } from '../../support/private-engine.ts';
import { temporaryFolder } from '../../support/temp.ts';
import { paidTeacher, toyOptions } from './toys.ts';

const IMAGE = 'stepwright/toy:1';
let engine: PrivateEngine;
let backend: SandboxBackend;
let instance: Instance;
beforeAll(async () => {
  engine = await startPrivateEngine();
  backend = createDockerBackend(engine.docker);
  await using box = await backend.open({ image: engine.image });
  const made = await box.exec(
    `git init -q && echo x = 1 > a.py && mkdir tests && echo test > tests/test_a.py && git add -A &&
     git -c user.name=t -c user.email=t@t commit -qm base`,
  );
  if (made.exitCode !== 0) throw new Error(made.output);
  const base = await box.exec('git rev-parse HEAD');
  await engine.docker.getContainer(box.id).commit({ repo: 'stepwright/toy', tag: '1' });
  instance = anInstance({
    ...{ image: IMAGE, base_commit: base.output.trim(), log_parser: 'tap', FAIL_TO_PASS: ['x is 2'] },
    eval_script: `sleep 1; { echo TAP version 13; grep -q 2 a.py || echo -n 'not '; echo ok 1 - x is 2; echo 1..1; } | tee "$STEPWRIGHT_REPORT"`,
  });
});
afterAll(() => engine[Symbol.asyncDispose]());

const environment = environmentSchema.parse({
  ...{ name: 'toy', repo: 'toy/toy', version: '1', language: 'python', licence: 'MIT' },
  source: { registry: 'local', package: 'toy' },
  ...{ test_command: '', test_files_command: '', test_paths: ['tests'], log_parser: 'tap', source_globs: ['*.py'] },
});
const faults: Record<string, (box: Sandbox) => Promise<void>> = {
  'a container that is killed': (box) => engine.docker.getContainer(box.id).kill(),
  'an engine that is restarted': () => engine.restart(),
  'an engine that stands still for a second': async () => {
    engine.pause();
    await sleep(1000);
    engine.resume();
  },
};

type Phase = 'a command' | 'the diff' | 'the tests';

/** Sandboxes, one of which meets the fault in mid-call. */
function meeting(fault: (box: Sandbox) => Promise<void>, phase: Phase): SandboxBackend {
  let isDue = true;
  return {
    name: 'faulty',
    async open(how) {
      const box = await backend.open(how);
      const meet = async <T>(isIt: boolean, call: () => Promise<T>): Promise<T> => {
        if (!isIt || !isDue) return call();
        isDue = false;
        const [result] = await Promise.allSettled([
          call(),
          sleep(phase === 'the diff' ? 10 : 100).then(() => fault(box)),
        ]);
        if (result.status === 'rejected') throw result.reason;
        return result.value;
      };
      const changed: Pick<Sandbox, 'exec' | 'diff'> = {
        exec: (command, given) => {
          const isTestRun = given?.env?.STEPWRIGHT_REPORT !== undefined;
          const isIt = phase === 'the tests' ? isTestRun : phase === 'a command' && command.startsWith('sed');
          return meet(isIt, () => box.exec(command, given));
        },
        diff: () => meet(phase === 'the diff', () => box.diff()),
      };
      return Object.assign(Object.create(box) as Sandbox, changed);
    },
  };
}

const cases = Object.keys(faults).flatMap((fault) =>
  (['a command', 'the diff', 'the tests'] as const).map((phase) => ({ fault, phase })),
);

test.each(cases)(
  '$fault during $phase is no verdict, and the run ends with that of the patch',
  async ({ fault, phase }) => {
    vi.stubEnv('STEPWRIGHT_CACHE', temporaryFolder());
    onTestFinished(() => void vi.unstubAllEnvs());
    let paid = 0;
    const faulty = meeting(faults[fault]!, phase);
    const judge = createPatchJudge(faulty, new Map([['toy', environment]]), { runId: 'test-faults' });
    await using store = await openStore(`${temporaryFolder()}/trajectories.jsonl`);
    const modelOf = paidTeacher(() => void paid++);
    const options = { ...toyOptions, instances: [instance], backend: faulty, judge, store, modelOf };
    const { pending } = await collect(options);
    const [first] = store.all();
    expect(first!.resolved).toBe(pending === 0 ? true : undefined);
    await collect(options);
    expect(store.all()).toMatchObject([{ ending: 'submitted', resolved: true }]);
    if (first!.ending === 'submitted') expect(paid).toBe(3);
    if (phase === 'the tests') expect(first!.ending).toBe('submitted');
  },
);
