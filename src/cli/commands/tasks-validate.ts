// `tasks validate`: every instance is proved in fresh sandboxes. What is proved is kept in the run folder and not proved again.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { JsonlWriter } from '../../core/io/jsonl.ts';
import { resumeRows } from '../../core/io/own-rows.ts';
import { jobsField, jsonField, runField, runtimeField, sourcesField } from '../../core/options/vocabulary.ts';
import { countOf } from '../../core/run/count-of.ts';
import { interruptSignal } from '../../core/run/interrupt.ts';
import { mapPool } from '../../core/run/pool.ts';
import { createReporter } from '../../core/run/reporter.ts';
import { openRun } from '../../core/run/run-dir.ts';
import type { Instance } from '../../core/schema/instance.ts';
import { reportOf, type Validation, type ValidationReport, validateInstance } from '../../data/synth/validate.ts';
import { createJudge } from '../../world/judge/judge.ts';
import { openBackend } from '../../world/sandbox/backend.ts';
import { ensureImages } from '../../world/sandbox/images/images.ts';
import { loadEnvironmentsOf } from '../../world/task/environments.ts';
import { loadSelected, SOURCES, selectionFields } from '../../world/task/selection.ts';
import { defineCommand, type Invocation } from '../options/command.ts';
import { EXIT, printJson, printText } from '../output.ts';

const provedSchema = z.object({
  key: z.string(),
  instance_id: z.string(),
  valid: z.boolean(),
  reason: z.string().default(''),
});

const schema = z.object({
  sources: sourcesField(`${SOURCES}; all suites by default`),
  ...selectionFields,
  jobs: jobsField('sandboxes at once'),
  runtime: runtimeField,
  run: runField(),
  json: jsonField('{total, valid, invalid, pending}'),
});

export const tasksValidateCommand = defineCommand({
  name: 'validate',
  about: 'Proves that gold patches resolve their instances and that changing nothing does not.',
  options: schema,
  positional: 'sources',
  examples: ['stepwright tasks validate upstream -j 4 --run runs/validate'],
  run: validate,
});

async function validate(options: z.output<typeof schema>, { resolved }: Invocation): Promise<void> {
  const emit = createReporter();
  const signal = interruptSignal();
  const instances = await loadSelected(options.sources, options);
  await using run = await openRun({ command: 'tasks-validate', config: {}, dir: options.run, resolved });
  const { rows: proved } = await resumeRows(run.path('validations.jsonl'), provedSchema, emit);
  const valid = new Map(proved.filter((row) => row.valid).map((row) => [row.key, row]));

  const environments = await loadEnvironmentsOf(instances);
  await ensureImages([...environments.values()], { emit, signal });
  const judge = createJudge({
    backend: await openBackend({ emit, runtime: options.runtime }),
    environmentOf: ({ environment }) => environments.get(environment)!,
    runId: run.id,
    signal,
  });

  await using writer = await JsonlWriter.open(run.path('validations.jsonl'));
  emit({ type: 'stage', name: `validating, run folder ${run.dir}`, total: instances.length });
  let done = 0;
  const proveOne = async (instance: Instance): Promise<Validation> => {
    const key = createHash('sha256').update(JSON.stringify(instance)).digest('hex');
    const validation = valid.get(key) ?? (await validateInstance(instance, judge));
    if (!valid.has(key)) await writer.append({ key, ...validation });
    if (!validation.valid) emit({ type: 'warn', text: `${validation.instance_id}: ${validation.reason}` });
    emit({ type: 'progress', done: ++done, total: instances.length, text: 'validated' });
    return validation;
  };
  const report = reportOf(await mapPool(instances, options.jobs, proveOne, { signal }));
  process.exitCode = report.valid === report.total ? EXIT.done : EXIT.someFailed;
  const pending = report.pending.length;
  if (pending > 0) emit({ type: 'warn', text: `${pending} could not be proved: run again with --run ${run.dir}` });
  if (options.json) printJson(withFormerKeys(report));
  else
    printText(
      `${report.valid} of ${countOf(report.total, 'instance')} valid${report.invalid.length > 0 ? `; ${report.invalid.length} invalid` : ''}${pending > 0 ? `; ${pending} that the machine left unproved` : ''}`,
    );
}

/** `why` and `owed` are what `reason` and `pending` were called: they stay beside them for this release. */
function withFormerKeys(report: ValidationReport) {
  const withWhy = (rows: ValidationReport['invalid']) => rows.map((row) => ({ ...row, why: row.reason }));
  return {
    ...report,
    invalid: withWhy(report.invalid),
    pending: withWhy(report.pending),
    owed: withWhy(report.pending),
  };
}
