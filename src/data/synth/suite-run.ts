// What making instances needs of an environment's sandboxes. task/ does not know sandboxes: whoever can open them hands this in.
import type { TestStatusMap } from '../../core/schema/verdict.ts';

export interface SourceFile {
  path: string;
  text: string;
}

export interface SuiteRun {
  statuses: TestStatusMap;
  log: string;
  /** Hash of /testbed's only commit with the bug in. */
  baseCommit: string;
  /** False when the run proves nothing (a time-out, no result); `reason` says why. */
  valid: boolean;
  reason: string;
  durationMs: number;
}

export interface Patches {
  /** Clean repository → buggy one. */
  bugPatch?: string;
  /** Tests added before the run. */
  testPatch?: string;
  /** The source file whose own tests are enough, in environments that name them. */
  source?: string;
  /** @unit milliseconds */
  timeoutMs?: number;
}

export interface SuiteRunner {
  /** Tracked files of the clean repository that match git's glob pathspecs (a folder means all below it), sorted by path. */
  readFiles(pathspecs: readonly string[]): Promise<SourceFile[]>;
  /** Runs the environment's whole suite in a fresh sandbox. Throws only when the sandbox broke. */
  runSuite(patches: Patches): Promise<SuiteRun>;
}
