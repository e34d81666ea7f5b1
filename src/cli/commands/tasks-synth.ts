// `tasks synth`: small bugs planted in environments' sources become instances of a suite.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { z } from 'zod';
import { JsonlWriter } from '../../core/io/jsonl.ts';
import { resumeRows } from '../../core/io/own-rows.ts';
import { share, whole } from '../../core/options/fields.ts';
import type { Emit } from '../../core/run/events.ts';
import { interruptSignal } from '../../core/run/interrupt.ts';
import { createReporter } from '../../core/run/reporter.ts';
import { openRun, type RunDir } from '../../core/run/run-dir.ts';
import type { Environment } from '../../core/schema/environment.ts';
import { ConfigError } from '../../core/schema/errors.ts';
import { instanceSchema } from '../../core/schema/instance.ts';
import { kindNames } from '../../data/synth/kinds/registry.ts';
import { createSharedWorkbench } from '../../data/synth/shared-workbench.ts';
import { synthesizeSuite } from '../../data/synth/suite.ts';
import { createWorkbench } from '../../data/synth/suite-runner.ts';
import type { SynthJournal, Tried } from '../../data/synth/synthesize.ts';
import type { Workbench } from '../../data/synth/workbench.ts';
import { openBackend } from '../../world/sandbox/backend.ts';
import { ensureImages } from '../../world/sandbox/images/images.ts';
import { loadEnvironment } from '../../world/task/environments.ts';
import { loadInstances, tasksDir } from '../../world/task/load.ts';
import { writeSuite } from '../../world/task/write.ts';
import { checked } from '../options/checked.ts';
import { wholeNumber } from '../options/selection.ts';
import { printJson, printText } from '../output.ts';

interface Options {
  env: string[];
  suite: string;
  out?: string;
  form: 'folders' | 'jsonl';
  count: number;
  perFunction: number;
  kinds?: string[];
  heldout: number;
  seed: number;
  jobs: number;
  run?: string;
  json?: boolean;
}

export const tasksSynthCommand = (): Command =>
  new Command('synth')
    .description('plants syntax-tree mutations that tests notice, and writes them as instances')
    .requiredOption('--env <name...>', 'environments to take functions from')
    .requiredOption('--suite <name>', 'suite to add them to')
    .option('--out <dir>', 'folder of the suite (default: tasks/<suite>)')
    .addOption(
      new Option('--form <form>', 'one folder a task, or one instances.jsonl')
        .choices(['folders', 'jsonl'])
        .default('folders'),
    )
    .option('--count <n>', 'instances per environment', wholeNumber, 16)
    .option('--per-function <n>', 'most instances of one function', wholeNumber, 2)
    .option('--kinds <kind...>', `mutation kinds (default: all: ${kindNames.join(', ')})`)
    .option('--heldout <share>', 'share of the functions that are held out', checked(share()), 0.25)
    .option('--seed <n>', 'seed of the order of candidates, of phrasings and of splits', wholeNumber, 1)
    .option('-j, --jobs <n>', 'sandboxes at a time', checked(whole({ min: 1 })), 2)
    .option('--run <dir>', 'run folder; naming one resumes it')
    .option('--json', 'print {made, train, heldout} as the last line of stdout')
    .addHelpText('after', '\nExample:\n  stepwright tasks synth --env toolz qs --suite mine --count 10 --run runs/mine')
    .action(synth);

async function synth(options: Options): Promise<void> {
  const { suite, kinds, seed, count, perFunction } = options;
  const unknown = kinds?.find((kind) => !kindNames.includes(kind));
  if (unknown) throw new ConfigError(`--kinds: unknown kind "${unknown}". Known: ${kindNames.join(', ')}.`);
  const emit = createReporter();
  const signal = interruptSignal();
  const environments = await Promise.all(options.env.map((name) => loadEnvironment(name)));
  const out = options.out ?? join(tasksDir(), suite);
  const existing = (await isThere(out)) ? await loadInstances(out) : [];
  const versions = environments.map(({ name, version }) => `${name} ${version}`);
  await using run = await openRun({ command: 'tasks-synth', config: { suite, seed, versions }, dir: options.run });
  await ensureImages(environments, { emit, signal });
  const backend = await openBackend({ emit });
  await using writer = await JsonlWriter.open(run.path('tried.jsonl'));
  const benches: (Workbench & Partial<AsyncDisposable>)[] = [];
  const benchOf = (environment: Environment): Workbench => {
    const create = environment.own_tests === undefined ? createWorkbench : createSharedWorkbench;
    const bench = create(environment, { backend, runId: run.id, signal });
    benches.push(bench);
    return bench;
  };
  const made = await synthesizeSuite({
    environments,
    workbenchOf: benchOf,
    existing,
    suite,
    count,
    perFunction,
    kinds,
    seed,
    heldoutShare: options.heldout,
    concurrency: Math.max(1, options.jobs),
    journal: await openJournal(run, writer, emit),
    emit,
    signal,
  }).finally(() => Promise.all(benches.map((bench) => bench[Symbol.asyncDispose]?.())));
  await writeSuite(out, [...existing, ...made], options.form);
  const train = made.filter(({ split }) => split === 'train').length;
  if (options.json) printJson({ made: made.length, train, heldout: made.length - train });
  else printText(`${made.length} instances made (${train} train, ${made.length - train} held-out): ${out}`);
}

const triedSchema = z.union([
  z.object({ id: z.string(), instance: instanceSchema }),
  z.object({ id: z.string(), why: z.string() }),
]);

async function openJournal(run: RunDir, writer: JsonlWriter, emit: Emit): Promise<SynthJournal> {
  const { rows } = await resumeRows<Tried>(run.path('tried.jsonl'), triedSchema, emit);
  const known = new Map(rows.map((row) => [row.id, row]));
  return { get: (id) => known.get(id), put: (row) => writer.append(row) };
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
