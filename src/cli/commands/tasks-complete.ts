// `tasks complete`: bugs written by hand become instances of a suite.
import { join } from 'node:path';
import { Command } from 'commander';
import { whole } from '../../core/options/fields.ts';
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
import { checked } from '../options/checked.ts';
import { EXIT, printJson, printText } from '../output.ts';

interface Options {
  suite: string;
  out?: string;
  jobs: number;
  json?: boolean;
}

export const tasksCompleteCommand = (): Command =>
  new Command('complete')
    .description('measures what a bug written by hand needs to be an instance: base commit, fix, test lists')
    .argument(
      '<drafts...>',
      'folders with bug.patch, problem_statement.md, test.patch, task.yaml {environment, split, metadata}',
    )
    .requiredOption('--suite <name>', 'suite to add them to')
    .option('--out <dir>', 'folder of the suite (default: tasks/<suite>)')
    .option('-j, --jobs <n>', 'sandboxes at a time', checked(whole({ min: 1 })), 2)
    .option('--json', 'print {completed, refused} as the last line of stdout')
    .addHelpText('after', '\nExample:\n  stepwright tasks complete drafts/toolz.my_bug --suite mine')
    .action(complete);

async function complete(dirs: string[], options: Options): Promise<void> {
  const emit = createReporter();
  const signal = interruptSignal();
  const out = options.out ?? join(tasksDir(), options.suite);
  const drafts = await Promise.all(dirs.map(readDraft));
  const names = [...new Set(drafts.map(({ environment }) => environment))];
  const environments = new Map(
    await Promise.all(names.map(async (name) => [name, await loadEnvironment(name)] as const)),
  );
  await ensureImages([...environments.values()], { emit, signal });
  const backend = await openBackend({ emit });
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
  else printText(`${drafts.length - refused.length} instances completed: ${out}`);
}
