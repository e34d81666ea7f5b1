// The conformance suite: every case against one backend, and how it went. A failing case stops no other.
import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import { messageOf } from '../../../core/schema/errors.ts';
import type { SandboxBackend } from '../sandbox.ts';
import type { ConformanceCase, Fixture } from './case.ts';
import { diffCases } from './cases/diff.ts';
import { execCases } from './cases/exec.ts';
import { execWorkerCases } from './cases/exec-workers.ts';
import { fileCases } from './cases/files.ts';
import { hostileCases } from './cases/hostile.ts';
import { isolationCases } from './cases/isolation.ts';
import { lifecycleCases } from './cases/lifecycle.ts';
import { outputCases } from './cases/output.ts';
import { sessionCases } from './cases/sessions.ts';
import { snapshotCases } from './cases/snapshots.ts';
import { timeOutCases } from './cases/time-outs.ts';

type Families = Record<string, readonly ConformanceCase[]>;

export const FAMILIES = {
  exec: execCases,
  output: outputCases,
  'time-out': timeOutCases,
  workers: execWorkerCases,
  session: sessionCases,
  files: fileCases,
  diff: diffCases,
  snapshot: snapshotCases,
  isolation: isolationCases,
  hostile: hostileCases,
  lifecycle: lifecycleCases,
} satisfies Families;

/** Most cases wait. More at once and what they wait for comes late. */
const FAMILIES_AT_ONCE = 4;

const CASE_WITHIN_MS = 90_000;

export interface CaseOutcome {
  family: string;
  name: string;
  outcome: 'passed' | 'failed' | 'skipped';
  durationMs: number;
  /** Of one that failed or was skipped. */
  why?: string;
}

/** `image` needs a `sh` and coreutils or busybox. Families run at once, each in a sandbox of its own; their cases one after the other. */
export async function runConformance(
  backend: SandboxBackend,
  image: string,
  { signal, families = FAMILIES }: { signal?: AbortSignal | undefined; families?: Families } = {},
): Promise<CaseOutcome[]> {
  const open: Fixture['open'] = (options) => backend.open({ image, ...options });
  const runFamily = async ([family, cases]: [string, readonly ConformanceCase[]]): Promise<CaseOutcome[]> => {
    const outcomes: CaseOutcome[] = [];
    signal?.throwIfAborted();
    await using box = await open(signal && { signal });
    for (const one of cases) {
      signal?.throwIfAborted();
      outcomes.push({ family, ...(await runCase(one, { box, open })) });
    }
    return outcomes;
  };
  const slot = pLimit(FAMILIES_AT_ONCE);
  const ended = await Promise.allSettled(Object.entries(families).map((family) => slot(runFamily, family)));
  return ended.flatMap((family) => {
    if (family.status === 'rejected') throw family.reason;
    return family.value;
  });
}

export async function runCase(
  { name, needs = [], run }: ConformanceCase,
  fixture: Fixture,
): Promise<Omit<CaseOutcome, 'family'>> {
  const started = performance.now();
  const ended = (outcome: CaseOutcome['outcome'], why?: string) => ({
    name,
    outcome,
    durationMs: Math.round(performance.now() - started),
    ...(why !== undefined && { why }),
  });
  try {
    for (const need of needs)
      if ((await fixture.box.exec(NEEDS[need].test)).exitCode !== 0)
        return ended('skipped', `the image has no ${NEEDS[need].name}`);
    const late = sleep(CASE_WITHIN_MS, 'late', { ref: false });
    if ((await Promise.race([run(fixture), late])) === 'late') throw new Error(`not over after ${CASE_WITHIN_MS} ms`);
    return ended('passed');
  } catch (error) {
    return ended('failed', messageOf(error).replace(/\s+/g, ' '));
  }
}

const NEEDS: Record<NonNullable<ConformanceCase['needs']>[number], { test: string; name: string }> = {
  bash: { test: 'command -v bash', name: 'bash' },
  repository: { test: 'command -v git && [ -d .git ]', name: 'repository with a git at /testbed' },
};
