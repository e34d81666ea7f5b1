// `convert`: trajectories of other tools to Stepwright's, and back.
import { z } from 'zod';
import { maxRowBytesOf, rowLimitField } from '../../core/io/row-limit.ts';
import { list, onOff } from '../../core/options/fields.ts';
import { option } from '../../core/options/option.ts';
import { jsonField, outField } from '../../core/options/vocabulary.ts';
import { interruptSignal } from '../../core/run/interrupt.ts';
import { createReporter } from '../../core/run/reporter.ts';
import { convertTrajectories } from '../../data/trajectory/convert.ts';
import { formatNames } from '../../data/trajectory/formats/import.ts';
import { type FormatName, writers } from '../../data/trajectory/formats/writers.ts';
import { defineCommand } from '../options/command.ts';
import { EXIT, printJson } from '../output.ts';
import { convertCounts, emitConvertReport } from '../reports/convert.ts';

const schema = z.object({
  paths: option(list(z.string()), 'files of trajectories (.gz and .zst too), or folders of them'),
  to: option(z.enum(Object.keys(writers) as [FormatName, ...FormatName[]]), 'format to write', { value: 'format' }),
  out: outField('JSONL file to write (.gz too); rows that cannot be read go to <file>.rejected.jsonl'),
  onlyResolved: option(onOff, 'leave out trajectories that are not known to be resolved'),
  maxRowMib: rowLimitField,
  json: jsonField(),
});

export const convertCommand = defineCommand({
  name: 'convert',
  about: "Converts other tools' trajectory files to Stepwright's format, and back.",
  options: schema,
  positional: 'paths',
  help: `Reads ${formatNames.join(', ')}. Each row is recognized by its content, and a file may mix them.`,
  examples: ['stepwright convert runs/ logs.jsonl.zst --to stepwright --out trajectories.jsonl.gz'],
  run,
});

async function run({ paths, json, ...options }: z.output<typeof schema>): Promise<void> {
  const { to, out, onlyResolved } = options;
  const emit = createReporter();
  const how = { to, out, onlyResolved, maxRowBytes: maxRowBytesOf(options), emit, signal: interruptSignal() };
  const result = await convertTrajectories(paths, how);
  emitConvertReport(result, out, emit);
  if (json) printJson(convertCounts(result));
  if (result.rejected > 0 || result.trajectories === 0) process.exitCode = EXIT.someFailed;
}
