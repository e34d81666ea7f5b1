// `validateRun`: every instance is proved in fresh sandboxes. What is proved is kept in the run folder and not proved again. The command
// `tasks validate` is this with a command line.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { JsonlWriter } from '../../core/io/jsonl.ts';
import { resumeRows } from '../../core/io/own-rows.ts';
import { type RunControl, resolveRunOptions } from '../../core/run/application.ts';
import { silent } from '../../core/run/events.ts';
import { mapPool } from '../../core/run/pool.ts';
import { openRun } from '../../core/run/run-dir.ts';
import type { Instance } from '../../core/schema/instance.ts';
import { createJudge } from '../../world/judge/judge.ts';
import { openBackend } from '../../world/sandbox/backend.ts';
import { ensureImages } from '../../world/sandbox/images/images.ts';
import { loadEnvironmentsOf } from '../../world/task/environments.ts';
import { loadSelected } from '../../world/task/selection.ts';
import { type ValidateRunOptions, validateSchema } from './options.ts';
import { reportOf, type Validation, type ValidationReport, validateInstance } from './validate.ts';

export interface ValidateResult extends ValidationReport {
  /** The run folder: `validations.jsonl` in it has a row an instance. */
  run: string;
}

const provedSchema = z.object({
  key: z.string(),
  instance_id: z.string(),
  valid: z.boolean(),
  reason: z.string().default(''),
});

export async function validateRun(
  given: ValidateRunOptions,
  { onEvent: emit = silent, signal }: RunControl = {},
): Promise<ValidateResult> {
  const { options, resolved } = await resolveRunOptions(validateSchema, given);
  const instances = await loadSelected(options.sources, options);
  await using run = await openRun({ command: 'tasks-validate', config: {}, dir: options.run, resolved });
  const { rows: proved } = await resumeRows(run.path('validations.jsonl'), provedSchema, emit);
  const valid = new Map(proved.filter((row) => row.valid).map((row) => [row.key, row]));
  const environments = await loadEnvironmentsOf(instances);
  await ensureImages([...environments.values()], { emit, signal });
  const judge = createJudge({
    backend: await openBackend({ emit, runtime: options.runtime }),
    environmentOf: ({ environment }) => environments.get(environment)!,
    ...{ runId: run.id, signal },
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
  return { ...report, run: run.dir };
}
