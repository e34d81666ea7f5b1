// `tasks synth`: small bugs planted in environments' sources become instances of a suite.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { JsonlWriter } from '../../core/io/jsonl.ts';
import { resumeRows } from '../../core/io/own-rows.ts';
import { list, share, whole } from '../../core/options/fields.ts';
import { option } from '../../core/options/option.ts';
import {
  jobsField,
  jsonField,
  runField,
  runtimeField,
  seedField,
  suiteField,
  suiteFolderField,
} from '../../core/options/vocabulary.ts';
import { countOf } from '../../core/run/count-of.ts';
import type { Emit } from '../../core/run/events.ts';
import { interruptSignal } from '../../core/run/interrupt.ts';
import { createReporter } from '../../core/run/reporter.ts';
import { openRun, type RunDir } from '../../core/run/run-dir.ts';
import type { Environment } from '../../core/schema/environment.ts';
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
import { defineCommand, type Invocation } from '../options/command.ts';
import { EXIT, printJson, printText } from '../output.ts';

const schema = z.object({
  env: option(list(z.string()), 'environments to take functions from', { value: 'name' }),
  suite: suiteField('suite to add the instances to'),
  out: suiteFolderField,
  form: option(z.enum(['folders', 'jsonl']).default('folders'), 'write one folder a task, or one instances.jsonl', {
    value: 'form',
  }),
  count: option(whole().default(16), 'instances to make for each environment'),
  perFunction: option(whole().default(2), 'maximum instances of one function'),
  kinds: option(list(z.enum(kindNames as [string, ...string[]])).optional(), 'kinds of mutations', {
    value: 'kind',
    shownDefault: 'all',
  }),
  heldout: option(share().default(0.25), 'share of the functions that are held out', { value: 'share' }),
  seed: seedField('random seed of the order of candidates, of phrasings and of splits'),
  jobs: jobsField('sandboxes at once'),
  runtime: runtimeField,
  run: runField(),
  json: jsonField('{made, train, heldout}'),
});

export const tasksSynthCommand = defineCommand({
  name: 'synth',
  about: 'Plants small bugs that the tests notice (syntax-tree mutations), and writes them as instances.',
  options: schema,
  examples: ['stepwright tasks synth --env toolz qs --suite mine --count 10 --run runs/mine'],
  run: synth,
});

async function synth(options: z.output<typeof schema>, { resolved }: Invocation): Promise<void> {
  const { suite, kinds, seed, count, perFunction } = options;
  const emit = createReporter();
  const signal = interruptSignal();
  const environments = await Promise.all(options.env.map((name) => loadEnvironment(name)));
  const out = options.out ?? join(tasksDir(), suite);
  const existing = (await isThere(out)) ? await loadInstances(out) : [];
  const versions = environments.map(({ name, version }) => `${name} ${version}`);
  await using run = await openRun({
    command: 'tasks-synth',
    config: { suite, seed, versions },
    dir: options.run,
    resolved,
  });
  await ensureImages(environments, { emit, signal });
  const backend = await openBackend({ emit, runtime: options.runtime });
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
    concurrency: options.jobs,
    journal: await openJournal(run, writer, emit),
    emit,
    signal,
  }).finally(() => Promise.all(benches.map((bench) => bench[Symbol.asyncDispose]?.())));
  await writeSuite(out, [...existing, ...made], options.form);
  const train = made.filter(({ split }) => split === 'train').length;
  if (made.length === 0) process.exitCode = EXIT.someFailed;
  if (options.json) printJson({ made: made.length, train, heldout: made.length - train });
  else printText(`${countOf(made.length, 'instance')} made (${train} train, ${made.length - train} held-out): ${out}`);
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
