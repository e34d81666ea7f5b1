// `extract`: trajectories → step instances.
import { Command, Option } from 'commander';
import { writeFileAtomic } from '../run/files.ts';
import { createReporter } from '../run/reporter.ts';
import { type StepInstance, type StepKind, stepKinds } from '../schema/step-instance.ts';
import { DEFAULT_WINDOW } from '../step/context.ts';
import { dropReasons, extractSteps, type KeepableReason } from '../step/extract.ts';
import { loadInstances, suiteNames } from '../task/load.ts';
import { loadTrajectories } from '../trajectory/load.ts';
import { printJson } from './output.ts';
import { wholeNumber } from './selection.ts';

interface Options {
  out: string;
  tasks?: string[];
  split?: StepInstance['split'];
  only?: StepInstance['split'];
  kinds?: StepKind[];
  window: number;
  keep: KeepableReason[];
  maxPromptChars: number;
  json?: boolean;
}

const keepable = Object.keys(dropReasons).filter((why) => why !== 'malformed' && why !== 'unknown_instance');

const reasons = Object.entries(dropReasons).map(([why, text]) => `  ${why.padEnd(17)} ${text}`);

export function extractCommand(): Command {
  return new Command('extract')
    .argument('<trajectories...>', '.jsonl or .jsonl.gz, or folders of them')
    .requiredOption('-o, --out <file>', 'JSONL of step instances')
    .option('--tasks <source...>', 'where the splits come from; all suites unless told')
    .addOption(new Option('--split <name>', 'split of instances that no suite knows').choices(['train', 'heldout']))
    .addOption(new Option('--only <name>', 'write only this split').choices(['train', 'heldout']))
    .addOption(new Option('--kinds <kind...>', 'write only steps of these kinds').choices(stepKinds))
    .option('--window <n>', 'action–observation pairs that a prompt shows', wholeNumber, DEFAULT_WINDOW)
    .addOption(
      new Option('--keep <why...>', 'do not drop steps for these reasons').choices(keepable).default([], 'none'),
    )
    .option('--max-prompt-chars <n>', 'longest prompt; 0 = no limit', wholeNumber, 0)
    .option('--json', 'print the statistics as the last line of stdout')
    .addHelpText(
      'after',
      `\nDropped unless kept:\n${reasons.join('\n')}\n\nExample:\n  stepwright extract trajectories/katas -o runs/steps.jsonl --only train`,
    )
    .action(extract);
}

async function extract(paths: string[], options: Options): Promise<void> {
  const emit = createReporter();
  const sources = options.tasks ?? (await suiteNames());
  const known = (await Promise.all(sources.map((source) => loadInstances(source)))).flat();
  const splits = new Map(known.map(({ instance_id, split }) => [instance_id, split]));
  const { instances, statistics } = extractSteps(await loadTrajectories(paths, emit), {
    ...options,
    splitOf: (id) => splits.get(id) ?? options.split,
  });
  const lines: string[] = [];
  const { only, kinds: wanted } = options;
  for await (const row of instances)
    if ((only ?? row.split) === row.split && (wanted ?? [row.kind]).includes(row.kind))
      lines.push(`${JSON.stringify(row)}\n`);
  await writeFileAtomic(options.out, lines.join(''));
  const { trajectories, steps, step_instances, dropped, kinds } = statistics;
  const list = (counts: Record<string, number>): string =>
    Object.entries(counts)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ') || 'none';
  emit({ type: 'note', text: `${trajectories} trajectories, ${steps} steps → ${step_instances} step instances` });
  emit({ type: 'note', text: `dropped: ${list(dropped)}` });
  emit({ type: 'note', text: `kinds: ${list(kinds)}; splits: ${list(statistics.splits)}` });
  emit({ type: 'note', text: `${lines.length} written to ${options.out}` });
  if (options.json) printJson({ ...statistics, written: lines.length, out: options.out });
}
