// Test results out of a log and a report, read in a thread of its own with limits of time and memory: the text was written by hostile code
// and is only ever that one instance's problem.
import { setTimeout as sleep } from 'node:timers/promises';
import { openThread, type Thread, ThreadEndedError } from '../../../core/run/thread.ts';
import { messageOf } from '../../../core/schema/errors.ts';
import type { TestStatusMap } from '../../../core/schema/verdict.ts';
import type { ParsedLog } from './status.ts';

export interface ParseJob {
  /** A name in the registry. */
  parser: string;
  log: string;
  report: string;
  /** Of an instance whose parser sees nothing but failures: is there other evidence in the log that tests ran? */
  isFailOnly: boolean;
}

export interface ParseOutcome extends ParsedLog {
  /** Asked for with `isFailOnly`. */
  suiteRan: boolean;
}

export interface ReadResults extends Omit<ParseOutcome, 'statuses'> {
  /** Without Object's prototype: tests may be called `constructor` or `__proto__`. */
  statuses: TestStatusMap;
}

/** Parsers take a second for the longest log; the rest is for a busy machine. */
const WITHIN_MS = 60_000;
const OPTIONS = { resourceLimits: { maxOldGenerationSizeMb: 1024 }, unref: true };
const MODULE = new URL('./parse-thread.ts', import.meta.url);

type ParseThread = Thread<ParseJob, ParseOutcome>;

/** Threads that wait for work. */
const idle: ParseThread[] = [];

/** Never rejects for what stands in the text: that is a `flaw`. Rejects when no thread can be had. */
export async function readResults(job: ParseJob, withinMs = WITHIN_MS): Promise<ReadResults> {
  const thread = idle.pop() ?? openThread<ParseJob, ParseOutcome>(MODULE, undefined, OPTIONS);
  const timer = new AbortController();
  const late = sleep(withinMs, undefined, { signal: timer.signal }).catch(() => undefined);
  try {
    const outcome = await Promise.race([thread.call(job), late]);
    if (outcome === undefined)
      return await flawed(thread, `the test log could not be read within ${withinMs / 1000} s`);
    idle.push(thread);
    return { ...outcome, statuses: recordOf(outcome.statuses) };
  } catch (error) {
    if (error instanceof ThreadEndedError && !isOutOfMemory(error)) throw error;
    return await flawed(thread, `the test log cannot be read: ${messageOf(error)}`);
  } finally {
    timer.abort();
  }
}

async function flawed(thread: ParseThread, flaw: string): Promise<ReadResults> {
  await thread.stop();
  return { statuses: {}, flaw, suiteRan: false };
}

function recordOf(statuses: ParsedLog['statuses']): TestStatusMap {
  const record = Object.create(null) as TestStatusMap;
  for (const [test, status] of statuses) record[test] = status;
  return record;
}

const isOutOfMemory = ({ cause }: ThreadEndedError): boolean =>
  (cause as NodeJS.ErrnoException | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY';
