// `tasks synth`: small bugs planted in environments' sources become instances of a suite.
import type { z } from 'zod';
import { jsonField } from '../../core/options/vocabulary.ts';
import { interruptSignal } from '../../core/run/interrupt.ts';
import { createReporter } from '../../core/run/reporter.ts';
import { synthSchema } from '../../data/synth/options.ts';
import { synthRun } from '../../data/synth/synth-run.ts';
import { defineCommand } from '../options/command.ts';
import { EXIT, printJson, printText } from '../output.ts';
import { countSplits, describeMade } from '../reports/tasks.ts';

const schema = synthSchema.extend({ json: jsonField('{made, train, heldout}') });

export const tasksSynthCommand = defineCommand({
  name: 'synth',
  about: 'Plants small bugs that the tests notice (syntax-tree mutations), and writes them as instances.',
  options: schema,
  examples: ['stepwright tasks synth --env toolz qs --suite mine --count 10 --run runs/mine'],
  run: synth,
});

async function synth({ json, ...options }: z.output<typeof schema>): Promise<void> {
  const result = await synthRun(options, { onEvent: createReporter(), signal: interruptSignal() });
  if (result.instances.length === 0) process.exitCode = EXIT.someFailed;
  if (json) printJson(countSplits(result.instances));
  else printText(describeMade(result));
}
