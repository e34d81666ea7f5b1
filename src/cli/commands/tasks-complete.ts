// `tasks complete`: bugs written by hand become instances of a suite.
import { join } from 'node:path';
import { z } from 'zod';
import { list } from '../../core/options/fields.ts';
import { option } from '../../core/options/option.ts';
import { jobsField, jsonField, runtimeField, suiteField, suiteFolderField } from '../../core/options/vocabulary.ts';
import { countOf } from '../../core/run/count-of.ts';
import { interruptSignal } from '../../core/run/interrupt.ts';
import { mapPool } from '../../core/run/pool.ts';
import { createReporter } from '../../core/run/reporter.ts';
import { messageOf, TaskError } from '../../core/schema/errors.ts';
import { completeDraft, type Draft, readDraft } from '../../data/synth/complete.ts';
import { createWorkbench } from '../../data/synth/suite-runner.ts';
import { openBackend } from '../../world/sandbox/backend.ts';
import { ensureImages } from '../../world/sandbox/images/images.ts';
import { loadEnvironment } from '../../world/task/environments.ts';
import { writeTaskFolder } from '../../world/task/folder.ts';
import { tasksDir } from '../../world/task/load.ts';
import { defineCommand } from '../options/command.ts';
import { EXIT, printJson, printText } from '../output.ts';

const schema = z.object({
  drafts: option(
    list(z.string()),
    'folders with bug.patch, problem_statement.md, test.patch, task.yaml {environment, split, metadata}',
  ),
  suite: suiteField('suite to add the instances to'),
  out: suiteFolderField,
  jobs: jobsField('sandboxes at once'),
  runtime: runtimeField,
  json: jsonField('{completed, refused}'),
});

export const tasksCompleteCommand = defineCommand({
  name: 'complete',
  about: 'Measures what a bug written by hand needs to be an instance: base commit, fix, test lists.',
  options: schema,
  positional: 'drafts',
  examples: ['stepwright tasks complete drafts/toolz.my_bug --suite mine'],
  run: complete,
});

async function complete(options: z.output<typeof schema>): Promise<void> {
  const emit = createReporter();
  const signal = interruptSignal();
  const out = options.out ?? join(tasksDir(), options.suite);
  const drafts = await Promise.all(options.drafts.map(readDraft));
  const names = [...new Set(drafts.map(({ environment }) => environment))];
  const environments = new Map(
    await Promise.all(names.map(async (name) => [name, await loadEnvironment(name)] as const)),
  );
  await ensureImages([...environments.values()], { emit, signal });
  const backend = await openBackend({ emit, runtime: options.runtime });
  const refused: string[] = [];
  let done = 0;
  const completeOne = async (draft: Draft): Promise<void> => {
    const environment = environments.get(draft.environment)!;
    try {
      const workbench = createWorkbench(environment, { backend, signal });
      await writeTaskFolder(out, await completeDraft(draft, options.suite, environment, workbench));
    } catch (error) {
      if (!(error instanceof TaskError)) throw error;
      refused.push(messageOf(error));
      emit({ type: 'warn', text: messageOf(error) });
    }
    emit({ type: 'progress', done: ++done, total: drafts.length, text: 'completed' });
  };
  await mapPool(drafts, options.jobs, completeOne, { signal });
  process.exitCode = refused.length === 0 ? EXIT.done : EXIT.someFailed;
  if (options.json) printJson({ completed: drafts.length - refused.length, refused });
  else
    printText(
      `${countOf(drafts.length - refused.length, 'instance')} completed: ${out}${refused.length > 0 ? `; ${countOf(refused.length, 'draft')} refused` : ''}`,
    );
}
