// What the machine does to a container while a patch is judged is never a score and is never kept; what the patch does is told apart.
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { createJudge } from '../../../src/world/judge/judge.ts';
import { findEngine } from '../../../src/world/sandbox/engine/engine.ts';
import type { ExecOptions, OpenOptions, Sandbox, SandboxBackend } from '../../../src/world/sandbox/sandbox.ts';
import { temporaryFolder } from '../../support/temp.ts';
import { openToolz, SOURCE, type Toolz } from './toolz.ts';

let toolz: Toolz;
beforeAll(async () => {
  toolz = await openToolz();
});

type Phase = 'before the patch is applied' | 'while the tests run' | 'before the report is read';

async function kill({ id }: Sandbox): Promise<void> {
  const engine = await findEngine();
  if (!('docker' in engine)) throw new Error('no engine');
  await engine.docker.getContainer(id).kill();
}

/** Real sandboxes, the first `times` of which somebody kills from outside at some phase of judging. */
function killedIn(phase: Phase, times: number): SandboxBackend {
  let opened = 0;
  return {
    name: 'killed',
    async open(options) {
      const box = await toolz.backend.open(options);
      if (++opened > times) return box;
      let done = false;
      const killOnce = async (isNow: boolean): Promise<void> => {
        if (done || !isNow) return;
        done = true;
        await kill(box);
      };
      const changed: Pick<Sandbox, 'exec' | 'readFile'> = {
        async exec(command: string, given?: ExecOptions) {
          await killOnce(phase === 'before the patch is applied' && command.startsWith('git apply'));
          const isTestRun = given?.env?.STEPWRIGHT_REPORT !== undefined;
          const running = box.exec(command, given);
          if (isTestRun && phase === 'while the tests run') await sleep(100).then(() => killOnce(true));
          const result = await running;
          await killOnce(isTestRun && phase === 'before the report is read');
          return result;
        },
        readFile: (path) => box.readFile(path),
      };
      return Object.assign(Object.create(box) as Sandbox, changed);
    },
  };
}

const judgeWith = (backend: SandboxBackend, cacheDir = temporaryFolder()) =>
  createJudge({ backend, environmentOf: () => toolz.environment, runId: 'test-faults', cacheDir });

describe.each<Phase>(['before the patch is applied', 'while the tests run', 'before the report is read'])(
  'a container that is killed %s',
  (phase) => {
    test('is another one the second time', async () => {
      const judge = judgeWith(killedIn(phase, 1));
      expect(await judge(toolz.instance, toolz.instance.patch)).toMatchObject({ outcome: 'completed', resolved: true });
    });

    test('and killed again, is an infrastructure failure that is not kept', async () => {
      const cacheDir = temporaryFolder();
      const verdict = await judgeWith(killedIn(phase, 2), cacheDir)(toolz.instance, toolz.instance.patch);
      expect(verdict).toMatchObject({ outcome: 'infra_failure', resolved: false });
      expect(verdict.reason).toMatch(/was ended from outside|the sandbox went down/);
      const again = await judgeWith(toolz.backend, cacheDir)(toolz.instance, toolz.instance.patch);
      expect(again).toMatchObject({ outcome: 'completed', resolved: true });
    });
  },
);

test('a container that is removed is an infrastructure failure', async () => {
  const backend: SandboxBackend = {
    name: 'removed',
    async open(options) {
      const box = await toolz.backend.open(options);
      await box.dispose();
      return box;
    },
  };
  expect(await judgeWith(backend)(toolz.instance, toolz.instance.patch)).toMatchObject({
    outcome: 'infra_failure',
    resolved: false,
  });
});

describe('a patch that', () => {
  const limited = (limits: OpenOptions['limits'] & object): SandboxBackend => ({
    name: 'limited',
    open: (options) => toolz.backend.open({ ...options, limits }),
  });
  const MIB = 1024 * 1024;
  test.each([
    ['fills the memory', 'x = bytearray(1 << 30)', 'out_of_memory'],
    ['fills the disk', 'open("/testbed/full", "wb").write(bytes(200 << 20)); import time; time.sleep(20)', 'disk_full'],
    ['kills the shell that runs it', 'import os; os.kill(os.getppid(), 9); os.kill(os.getpid(), 9)', 'invalid_log'],
  ])('%s is told apart', async (_what, line, outcome) => {
    const judge = judgeWith(limited({ memoryBytes: 300 * MIB, diskBytes: 100 * MIB }));
    const patch = await toolz.patchOf(`sed -i '1i ${line}' ${SOURCE}`);
    expect(await judge(toolz.instance, patch)).toMatchObject({ outcome, resolved: false });
  });
});
