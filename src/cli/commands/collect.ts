// `collect`: instances + teacher → trajectories.
import type { z } from 'zod';
import { jsonField } from '../../core/options/vocabulary.ts';
import { interruptSignal } from '../../core/run/interrupt.ts';
import { createReporter } from '../../core/run/reporter.ts';
import { collectSchema } from '../../data/collect/options.ts';
import { collectUntilStopped } from '../../data/collect/run.ts';
import { defineCommand } from '../options/command.ts';
import { EXIT, printJson } from '../output.ts';
import { describeKept, emitReport } from '../reports/collect.ts';

const schema = collectSchema.extend({ json: jsonField() });

export const collectCommand = defineCommand({
  name: 'collect',
  about: 'Lets a teacher attempt instances in containers and records each attempt as a trajectory.',
  options: schema,
  examples: [
    'stepwright collect --tasks upstream --split train --only-resolved --out trajectories/upstream.jsonl',
    'stepwright collect --tasks katas --prompt brief -j 4',
    'stepwright collect --tasks upstream --teacher anthropic --model claude-sonnet-5-5 --cost-limit 1',
  ],
  run,
});

async function run({ json, ...options }: z.output<typeof schema>): Promise<void> {
  const emit = createReporter();
  const { result, failure } = await collectUntilStopped(options, { onEvent: emit, signal: interruptSignal() });
  emitReport(result, emit, options.stdioCommand === undefined ? '' : " --stdio-command '…'");
  if (result.out !== undefined) emit({ type: 'note', text: describeKept(result) });
  if (json) printJson({ ...result, owed: result.pending });
  if (failure !== undefined) throw failure;
  const isEmpty = result.trajectories === 0 || (result.out !== undefined && result.kept === 0);
  if (result.pending > 0 || isEmpty) process.exitCode = EXIT.someFailed;
}
