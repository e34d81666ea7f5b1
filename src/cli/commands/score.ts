// `score`: predictions, or a student to run → verdicts and SWE-bench's report.
import type { z } from 'zod';
import { jsonField } from '../../core/options/vocabulary.ts';
import { interruptSignal } from '../../core/run/interrupt.ts';
import { createReporter } from '../../core/run/reporter.ts';
import { scoreSchema } from '../../results/evaluate/options.ts';
import { scoreRun } from '../../results/evaluate/run.ts';
import { defineCommand } from '../options/command.ts';
import { EXIT, printJson } from '../output.ts';
import { describeScore } from '../reports/score.ts';

const schema = scoreSchema.extend({ json: jsonField('the report') });

export const scoreCommand = defineCommand({
  name: 'score',
  about: 'Judges predictions, or the patches of a student that it runs, and reports the resolve rate.',
  options: schema,
  examples: [
    'stepwright score --predictions gold --tasks upstream',
    'stepwright score --student students/base-tiny --tasks katas --split heldout --run runs/base',
  ],
  run,
});

async function run({ json, ...options }: z.output<typeof schema>): Promise<void> {
  const emit = createReporter();
  const { run, passed, ...report } = await scoreRun(options, { onEvent: emit, signal: interruptSignal() });
  for (const id of report.error_ids) emit({ type: 'warn', text: `${id}: ${report.failure_reasons[id]}` });
  emit({ type: 'note', text: describeScore(report) });
  if (json) printJson(report);
  if (!passed) process.exitCode = EXIT.someFailed;
}
