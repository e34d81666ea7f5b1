// `convert`: trajectories of other tools to Stepwright's, and back.
import type { z } from 'zod';
import { jsonField } from '../../core/options/vocabulary.ts';
import { interruptSignal } from '../../core/run/interrupt.ts';
import { createReporter } from '../../core/run/reporter.ts';
import { convertTrajectories } from '../../data/trajectory/convert.ts';
import { convertSchema } from '../../data/trajectory/convert-options.ts';
import { formatNames } from '../../data/trajectory/formats/import.ts';
import { defineCommand } from '../options/command.ts';
import { EXIT, printJson } from '../output.ts';
import { convertCounts, emitConvertReport } from '../reports/convert.ts';

const schema = convertSchema.extend({ json: jsonField() });

export const convertCommand = defineCommand({
  name: 'convert',
  about: "Converts other tools' trajectory files to Stepwright's format, and back.",
  options: schema,
  positional: 'paths',
  help: `Reads ${formatNames.join(', ')}. Each row is recognized by its content, and a file may mix them.`,
  examples: ['stepwright convert runs/ logs.jsonl.zst --to stepwright --out trajectories.jsonl.gz'],
  run,
});

async function run({ json, ...options }: z.output<typeof schema>): Promise<void> {
  const emit = createReporter();
  const result = await convertTrajectories(options, { onEvent: emit, signal: interruptSignal() });
  emitConvertReport(result, options.out, emit);
  if (json) printJson(convertCounts(result));
  if (result.rejected > 0 || result.trajectories === 0) process.exitCode = EXIT.someFailed;
}
