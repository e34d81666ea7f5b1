// `tasks validate`: every instance is proved in fresh sandboxes.
import type { z } from 'zod';
import { jsonField } from '../../core/options/vocabulary.ts';
import { interruptSignal } from '../../core/run/interrupt.ts';
import { createReporter } from '../../core/run/reporter.ts';
import { validateSchema } from '../../data/synth/options.ts';
import { validateRun } from '../../data/synth/validate-run.ts';
import { defineCommand } from '../options/command.ts';
import { EXIT, printJson, printText } from '../output.ts';
import { describeValidated, withFormerKeys } from '../reports/tasks.ts';

const schema = validateSchema.extend({ json: jsonField('{total, valid, invalid, pending}') });

export const tasksValidateCommand = defineCommand({
  name: 'validate',
  about: 'Proves that gold patches resolve their instances and that changing nothing does not.',
  options: schema,
  positional: 'sources',
  examples: ['stepwright tasks validate upstream -j 4 --run runs/validate'],
  run: validate,
});

async function validate({ json, ...options }: z.output<typeof schema>): Promise<void> {
  const emit = createReporter();
  const { run, ...report } = await validateRun(options, { onEvent: emit, signal: interruptSignal() });
  process.exitCode = report.valid === report.total ? EXIT.done : EXIT.someFailed;
  const pending = report.pending.length;
  if (pending > 0) emit({ type: 'warn', text: `${pending} could not be proved: run again with --run ${run}` });
  if (json) printJson(withFormerKeys(report));
  else printText(describeValidated(report));
}
