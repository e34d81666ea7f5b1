// What the machine does to a container while a patch is judged is never a score and is never kept; what the patch does is told apart.
import { beforeAll, describe, expect, test } from 'vitest';
import { createJudge } from '../../../src/world/judge/judge.ts';
import { findEngine } from '../../../src/world/sandbox/engine/engine.ts';
import type { OpenOptions, Sandbox, SandboxBackend } from '../../../src/world/sandbox/sandbox.ts';
import { temporaryFolder } from '../../support/temp.ts';
import { faultAt, phases } from './fault-at.ts';
import { openToolz, SOURCE, type Toolz } from './toolz.ts';

let toolz: Toolz;
beforeAll(async () => {
  toolz = await openToolz();
});

async function kill(box?: Sandbox): Promise<void> {
  const engine = await findEngine();
  if (!('docker' in engine)) throw new Error('no engine');
  await engine.docker.getContainer(box!.id).kill();
}

const judgeWith = (backend: SandboxBackend, cacheDir = temporaryFolder()) =>
  createJudge({ backend, environmentOf: () => toolz.environment, runId: 'test-faults', cacheDir });

describe.each(phases.filter((phase) => phase !== 'before the sandbox is opened'))(
  'a container that is killed %s',
  (phase) => {
    test('is another one the second time', async () => {
      const judge = judgeWith(faultAt(toolz.backend, phase, 1, kill));
      expect(await judge(toolz.instance, toolz.instance.patch)).toMatchObject({ outcome: 'completed', resolved: true });
    });

    test('and killed again, is an infrastructure failure that is not kept', async () => {
      const cacheDir = temporaryFolder();
      const verdict = await judgeWith(faultAt(toolz.backend, phase, 2, kill), cacheDir)(
        toolz.instance,
        toolz.instance.patch,
      );
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
