// `convert`: other tools' trajectory files ↔ ours.
import { existsSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { Command, Option } from 'commander';
import { writeFileAtomic } from '../run/files.ts';
import { createReporter } from '../run/reporter.ts';
import { ConfigError } from '../schema/errors.ts';
import { readAnyTrajectories, writers } from '../trajectory/formats/formats.ts';
import { EXIT, printJson } from './output.ts';

interface Options {
  to: string;
  out: string;
  onlyResolved?: boolean;
  json?: boolean;
}

export const convertCommand = (): Command =>
  new Command('convert')
    .argument('<files...>', 'JSONL (.gz too) of trajectories: ours, or rows of SWE-smith')
    .addOption(new Option('--to <format>').choices(Object.keys(writers)).makeOptionMandatory())
    .requiredOption('--out <file>', 'JSONL to write (.gz too)')
    .option('--only-resolved', 'leave out what is not known to be resolved')
    .option('--json', 'print the counts as the last line of stdout')
    .addHelpText(
      'after',
      '\nExample:\n  stepwright convert trajectories/upstream.jsonl --to openai --out upstream.openai.jsonl',
    )
    .action(run);

async function run(files: string[], { to, out, onlyResolved, json }: Options): Promise<void> {
  const missing = files.find((file) => !existsSync(file));
  if (missing !== undefined) throw new ConfigError(`${missing}: no such file. Give JSONL files of trajectories.`);
  const read = await Promise.all(files.map(readAnyTrajectories));
  const all = read.flatMap(({ trajectories }) => trajectories);
  const kept = all.filter(({ resolved }) => !onlyResolved || resolved === true);
  const dropped: Record<string, number> = {};
  for (const [why, count] of read.flatMap((one) => Object.entries(one.dropped)))
    dropped[why] = (dropped[why] ?? 0) + count;
  if (kept.length < all.length) dropped['not resolved'] = all.length - kept.length;
  const write = writers[to]!;
  const text = kept.map((trajectory) => `${JSON.stringify(write(trajectory))}\n`).join('');
  await writeFileAtomic(out, out.endsWith('.gz') ? gzipSync(text) : text);
  const steps = kept.reduce((sum, trajectory) => sum + trajectory.steps.length, 0);
  const emit = createReporter();
  for (const [why, count] of Object.entries(dropped)) emit({ type: 'warn', text: `${count} left out: ${why}` });
  emit({ type: 'note', text: `${kept.length} trajectories, ${steps} steps → ${out}` });
  if (json) printJson({ trajectories: kept.length, steps, step_instances: 0, dropped, kinds: {} });
  if (all.length === 0) process.exitCode = EXIT.someFailed;
}
