// `filter`: the trajectories that are worth learning from, and why the others are not.
import type { z } from 'zod';
import { jsonField } from '../../core/options/vocabulary.ts';
import { interruptSignal } from '../../core/run/interrupt.ts';
import { createReporter } from '../../core/run/reporter.ts';
import { filterTrajectories } from '../../data/curate/filter/filter-files.ts';
import { filterSchema } from '../../data/curate/filter/options.ts';
import { defineCommand } from '../options/command.ts';
import { EXIT, printJson } from '../output.ts';
import { emitFilterReport } from '../reports/filter.ts';

const schema = filterSchema.extend({ json: jsonField() });

export const filterCommand = defineCommand({
  name: 'filter',
  about: 'Keeps the trajectories that are worth learning from, and says why the others are not.',
  options: schema,
  positional: 'paths',
  examples: [
    'stepwright filter runs/*.jsonl --only-resolved --drop duplicate near_duplicate --per-instance 3 --not-in upstream -o kept.jsonl',
  ],
  run: filter,
});

async function filter({ json, ...options }: z.output<typeof schema>): Promise<void> {
  const emit = createReporter();
  const result = await filterTrajectories(options, { onEvent: emit, signal: interruptSignal() });
  emitFilterReport(result, options.out, emit);
  if (json) printJson(result);
  if (result.rejected > 0 || result.trajectories === 0) process.exitCode = EXIT.someFailed;
}
