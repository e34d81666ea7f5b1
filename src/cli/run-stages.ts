// Commands one after the other in one run folder. Each is printed before it runs, each resumes by itself, and a stage that is done is not
// done again.
import { z } from 'zod';
import type { Emit } from '../core/run/events.ts';
import { readJsonOr, writeJson } from '../core/run/files.ts';
import type { RunDir } from '../core/run/run-dir.ts';
import { EXIT } from './output.ts';

export interface Stage {
  name: string;
  argv: string[];
}

/** `command`: words without spaces in them; `more` may hold any. */
export const stage = (name: string, command: string, ...more: string[]): Stage => ({
  name,
  argv: [...command.split(' '), ...more],
});

/** Runs one command line in this process; gives its exit code. */
export type RunCommand = (argv: readonly string[]) => Promise<number>;

/** Runs what is not done yet, in order; returns the first exit code that is not 0. */
export async function runStages(
  run: RunDir,
  stages: readonly Stage[],
  { emit, runCommand }: { emit: Emit; runCommand: RunCommand },
): Promise<number> {
  const done = await stagesDone(run);
  for (const { name, argv } of stages) {
    if (done[name] !== undefined) continue;
    emit({ type: 'stage', name: `${name}: stepwright ${argv.join(' ')}` });
    const started = performance.now();
    const code = await runCommand(argv);
    if (code !== EXIT.done) return code;
    done[name] = Math.round((performance.now() - started) / 100) / 10;
    await writeJson(run.path('stages.json'), done);
    emit({ type: 'note', text: `${name}: ${done[name]} s` });
  }
  return EXIT.done;
}

/** Seconds of work of every stage that is done, in all. */
export const secondsOfWork = async (run: RunDir): Promise<number> =>
  Math.round(Object.values(await stagesDone(run)).reduce((total, seconds) => total + seconds, 0));

/** Seconds by stage. */
const stagesDone = async (run: RunDir): Promise<Record<string, number>> =>
  (await readJsonOr(run.path('stages.json'), z.record(z.string(), z.number()))) ?? {};
