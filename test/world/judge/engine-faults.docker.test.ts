// What happens to the engine or the clock while a patch is judged is never a score and never kept; nothing is left behind, and the next
// judging is as if nothing had been.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Environment, environmentSchema } from '../../../src/core/schema/environment.ts';
import { type Instance, instanceSchema } from '../../../src/core/schema/instance.ts';
import { createJudge } from '../../../src/world/judge/judge.ts';
import { LABEL } from '../../../src/world/sandbox/container/owner.ts';
import { createDockerBackend } from '../../../src/world/sandbox/docker.ts';
import type { SandboxBackend } from '../../../src/world/sandbox/sandbox.ts';
import { type PrivateEngine, startPrivateEngine } from '../../support/private-engine.ts';
import { testSandboxes } from '../../support/sandbox.ts';
import { temporaryFolder } from '../../support/temp.ts';
import { faultAt, phases } from './fault-at.ts';

const RUN_ID = 'test-engine-faults';
const DAY_MS = 86_400_000;

/** Takes a second, and is right once src/app.py says so. */
const EVAL_SCRIPT = `sleep 1
if grep -q repaired src/app.py; then line='ok 1 - a'; else line='not ok 1 - a'; fi
printf '1..1\\n%s\\n' "$line" > "$STEPWRIGHT_REPORT"
test "$line" = 'ok 1 - a'
`;

/** The engine's disk. */
let disk: string;
let engine: PrivateEngine;
let backend: SandboxBackend;
let environment: Environment;
let instance: Instance;

beforeAll(async () => {
  const { image } = await testSandboxes();
  disk = mkdtempSync(join(tmpdir(), 'stepwright-engine-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1500m', 'tmpfs', disk]);
  engine = await startPrivateEngine(['--data-root', disk]);
  await engine.copyImage(image);
  backend = createDockerBackend(engine.docker);
  await using box = await backend.open({ image });
  const base_commit = (await box.exec('git rev-parse HEAD')).output.trim();
  await box.exec('echo "# repaired" >> src/app.py');
  environment = environmentSchema.parse({
    ...{ name: 'faults', repo: 'a/b', version: '1', language: 'python', licence: 'MIT', log_parser: 'tap' },
    ...{ source: { registry: 'local', package: 'b' }, source_globs: ['src/*'], test_paths: ['tests'] },
    ...{ test_command: 'true', test_files_command: 'true' },
  });
  instance = instanceSchema.parse({
    ...{ instance_id: 'faults__1', repo: 'a/b', version: '1', base_commit, environment: 'faults', image },
    ...{ problem_statement: 'Repair it.', patch: await box.diff(), FAIL_TO_PASS: ['a'], PASS_TO_PASS: [] },
    ...{ eval_script: EVAL_SCRIPT, log_parser: 'tap', split: 'heldout' },
  });
});
afterAll(async () => {
  await engine?.[Symbol.asyncDispose]();
  execFileSync('umount', ['-l', disk]);
  rmSync(disk, { recursive: true });
});
afterEach(async () => {
  vi.useRealTimers();
  rmSync(filler(), { force: true });
  const left = await engine.docker.listContainers({ all: true, filters: { label: [`${LABEL.run}=${RUN_ID}`] } });
  expect(left).toEqual([]);
});

const judgeWith = (faulty: SandboxBackend, cacheDir?: string) =>
  createJudge({ backend: faulty, environmentOf: () => environment, runId: RUN_ID, cacheDir });

const RESOLVED = { outcome: 'completed', resolved: true };
const INFRA_FAILURE = { outcome: 'infra_failure', resolved: false };

async function pauseEngine(): Promise<void> {
  engine.pause();
  void sleep(4000).then(engine.resume);
}

const filler = (): string => join(disk, 'filler');

/** Leaves nothing of the disk. */
async function fillDisk(): Promise<void> {
  execFileSync('sh', ['-c', `cat /dev/zero > '${filler()}' 2>/dev/null; exit 0`]);
}

const setClock = (days: number) => async (): Promise<void> => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + days * DAY_MS });
};

describe('an engine that is restarted', () => {
  test.each(phases)('%s, is waited for, and the patch judged again', async (phase) => {
    let restarted: Promise<void> | undefined;
    const restart = async (): Promise<void> => {
      restarted = engine.restart();
    };
    expect(await judgeWith(faultAt(backend, phase, 1, restart))(instance, instance.patch)).toMatchObject(RESOLVED);
    await restarted;
  });

  // Before there is a sandbox it does no harm.
  test.each(phases.slice(1))('%s, and again the second time, is an infrastructure failure', async (phase) => {
    const cacheDir = temporaryFolder();
    const faulty = faultAt(backend, phase, 2, engine.restart);
    expect(await judgeWith(faulty, cacheDir)(instance, instance.patch)).toMatchObject(INFRA_FAILURE);
    expect(await judgeWith(backend, cacheDir)(instance, instance.patch)).toMatchObject(RESOLVED);
  });
});

describe('an engine that stands still', () => {
  test.each(phases)('%s, delays the verdict', async (phase) => {
    const faulty = faultAt(backend, phase, 1, pauseEngine);
    expect(await judgeWith(faulty)(instance, instance.patch)).toMatchObject(RESOLVED);
  });

  test('for longer than tests may take is no time-out of theirs', async () => {
    const hasty = { ...environment, test_timeout_s: 2 };
    const faulty = faultAt(backend, 'while the tests run', 1, pauseEngine);
    const judge = createJudge({ backend: faulty, environmentOf: () => hasty, runId: RUN_ID });
    expect(await judge(instance, instance.patch)).toMatchObject(RESOLVED);
  });
});

// A report that was written before is whole.
test.each(phases.slice(0, -1))(
  'a disk that is full %s is an infrastructure failure, and no more once there is space',
  async (phase) => {
    const cacheDir = temporaryFolder();
    const faulty = faultAt(backend, phase, 2, fillDisk);
    expect(await judgeWith(faulty, cacheDir)(instance, instance.patch)).toMatchObject(INFRA_FAILURE);
    rmSync(filler());
    expect(await judgeWith(backend, cacheDir)(instance, instance.patch)).toMatchObject(RESOLVED);
  },
);

describe.each([1, -1])('a clock that is set by %i day', (days) => {
  test.each(phases)('%s, changes nothing', async (phase) => {
    const judge = judgeWith(faultAt(backend, phase, 1, setClock(days)), temporaryFolder());
    const verdict = await judge(instance, instance.patch);
    expect(verdict).toMatchObject(RESOLVED);
    expect(verdict.duration_ms).toBeLessThan(DAY_MS / 2);
    expect(verdict.duration_ms).toBeGreaterThan(0);
    expect(await judge(instance, instance.patch)).toEqual(verdict);
  });
});
