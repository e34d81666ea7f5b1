// `completeDrafts`: bugs written by hand become instances of a suite. The command `tasks complete` is this with a command line.
import { join } from 'node:path';
import { type RunControl, resolveRunOptions } from '../../core/run/application.ts';
import { silent } from '../../core/run/events.ts';
import { mapPool } from '../../core/run/pool.ts';
import { messageOf, TaskError } from '../../core/schema/errors.ts';
import { openBackend } from '../../world/sandbox/backend.ts';
import { ensureImages } from '../../world/sandbox/images/images.ts';
import { loadEnvironmentsOf } from '../../world/task/environments.ts';
import { writeTaskFolder } from '../../world/task/folder.ts';
import { tasksDir } from '../../world/task/load.ts';
import { completeDraft, type Draft, readDraft } from './complete.ts';
import { type CompleteDraftsOptions, completeSchema } from './options.ts';
import { createSuiteRunner } from './suite-runner.ts';

export interface CompletedDrafts {
  completed: number;
  /** What is wrong with each of the others. */
  refused: string[];
  /** Folder of the suite. */
  out: string;
}

export async function completeDrafts(
  given: CompleteDraftsOptions,
  { onEvent: emit = silent, signal }: RunControl = {},
): Promise<CompletedDrafts> {
  const { options } = await resolveRunOptions(completeSchema, given);
  const out = options.out ?? join(tasksDir(), options.suite);
  const drafts = await Promise.all(options.drafts.map(readDraft));
  const environments = await loadEnvironmentsOf(drafts);
  await ensureImages([...environments.values()], { emit, signal });
  const backend = await openBackend({ emit, runtime: options.runtime });
  const refused: string[] = [];
  let done = 0;
  const completeOne = async (draft: Draft): Promise<void> => {
    const environment = environments.get(draft.environment)!;
    try {
      const suiteRunner = createSuiteRunner(environment, { backend, signal });
      await writeTaskFolder(out, await completeDraft(draft, options.suite, environment, suiteRunner));
    } catch (error) {
      if (!(error instanceof TaskError)) throw error;
      refused.push(messageOf(error));
      emit({ type: 'warn', text: messageOf(error) });
    }
    emit({ type: 'progress', done: ++done, total: drafts.length, text: 'completed' });
  };
  await mapPool(drafts, options.jobs, completeOne, { signal });
  return { completed: drafts.length - refused.length, refused, out };
}
