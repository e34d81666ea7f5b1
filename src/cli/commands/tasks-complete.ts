// `tasks complete`: bugs written by hand become instances of a suite.
import type { z } from 'zod';
import { jsonField } from '../../core/options/vocabulary.ts';
import { interruptSignal } from '../../core/run/interrupt.ts';
import { createReporter } from '../../core/run/reporter.ts';
import { completeDrafts } from '../../data/synth/complete-drafts.ts';
import { completeSchema } from '../../data/synth/options.ts';
import { defineCommand } from '../options/command.ts';
import { EXIT, printJson, printText } from '../output.ts';
import { describeCompleted } from '../reports/tasks.ts';

const schema = completeSchema.extend({ json: jsonField('{completed, refused}') });

export const tasksCompleteCommand = defineCommand({
  name: 'complete',
  about: 'Measures what a bug written by hand needs to be an instance: base commit, fix, test lists.',
  options: schema,
  positional: 'drafts',
  examples: ['stepwright tasks complete drafts/toolz.my_bug --suite mine'],
  run: complete,
});

async function complete({ json, ...options }: z.output<typeof schema>): Promise<void> {
  const result = await completeDrafts(options, { onEvent: createReporter(), signal: interruptSignal() });
  const { completed, refused } = result;
  process.exitCode = refused.length === 0 ? EXIT.done : EXIT.someFailed;
  if (json) printJson({ completed, refused });
  else printText(describeCompleted(result));
}
