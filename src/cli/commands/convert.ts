// `convert`: other tools' trajectory files ↔ ours.
import { Command, Option } from 'commander';
import { rejectedPath } from '../../core/io/rejected-row.ts';
import { interruptSignal } from '../../core/run/interrupt.ts';
import { createReporter } from '../../core/run/reporter.ts';
import { convertTrajectories } from '../../data/trajectory/convert.ts';
import { formatNames } from '../../data/trajectory/formats/import.ts';
import { type FormatName, writers } from '../../data/trajectory/formats/writers.ts';
import { rowLimitOption } from '../options/row-limit.ts';
import { EXIT, printJson } from '../output.ts';

interface Options {
  to: FormatName;
  out: string;
  onlyResolved?: boolean;
  maxRowMib: number;
  json?: boolean;
}

export const convertCommand = (): Command =>
  new Command('convert')
    .argument('<paths...>', 'files of trajectories (.gz and .zst too), or folders of them')
    .addOption(new Option('--to <format>').choices(Object.keys(writers)).makeOptionMandatory())
    .requiredOption('--out <file>', 'JSONL to write (.gz too); rows that cannot be read go to <file>.rejected.jsonl')
    .option('--only-resolved', 'leave out what is not known to be resolved')
    .addOption(rowLimitOption())
    .option('--json', 'print the counts as the last line of stdout')
    .addHelpText('after', `\nReads ${formatNames.join(', ')}: each row is known by what it holds, a file may mix them.`)
    .addHelpText(
      'after',
      '\nExample:\n  stepwright convert runs/ logs.jsonl.zst --to stepwright --out trajectories.jsonl.gz',
    )
    .action(run);

async function run(
  paths: string[],
  { to, out, onlyResolved = false, maxRowMib: maxRowBytes, json }: Options,
): Promise<void> {
  const emit = createReporter();
  const options = { to, out, onlyResolved, maxRowBytes, emit, signal: interruptSignal() };
  const { trajectories, steps, dropped, formats, rejected } = await convertTrajectories(paths, options);
  for (const [why, count] of Object.entries(dropped)) emit({ type: 'warn', text: `${count} left out: ${why}` });
  if (rejected > 0) emit({ type: 'warn', text: `${rejected} could not be read → ${rejectedPath(out)}` });
  emit({ type: 'note', text: `${trajectories} trajectories, ${steps} steps → ${out}` });
  if (json) printJson({ trajectories, steps, step_instances: 0, dropped, kinds: {}, formats, rejected });
  const isNothing = trajectories === 0 && !onlyResolved;
  if (rejected > 0 || isNothing) process.exitCode = EXIT.someFailed;
}
