// `train` (and the program train-swe): step instances and a student in, a better student out.
import { dirname, join } from 'node:path';
import { Command, Option } from 'commander';
import { interruptSignal } from '../../core/run/interrupt.ts';
import { createReporter } from '../../core/run/reporter.ts';
import { ConfigError } from '../../core/schema/errors.ts';
import { srlReward } from '../../data/reward/srl-reward.ts';
import { prepareRun } from '../../learning/train/data/prepare.ts';
import { renderPlan, requireFit } from '../../learning/train/memory/memory-plan.ts';
import { type TrainOptions, trainOptionsSchema } from '../../learning/train/options/options.ts';
import { presets } from '../../learning/train/options/presets.ts';
import { trainRlvr } from '../../learning/train/rlvr.ts';
import type { RunContext, TrainResult } from '../../learning/train/run.ts';
import { trainSft } from '../../learning/train/sft.ts';
import { trainSrl } from '../../learning/train/srl.ts';
import { trainTrl } from '../../learning/train/trainers/trl.ts';
import { requireSupported, trlMethods } from '../../learning/train/trainers/trl-settings.ts';
import { printJson, printText } from '../output.ts';
import { openAttempts } from '../train-attempts.ts';

type Flags = Record<string, unknown> & {
  out?: string;
  json?: boolean;
  preset?: string;
  then?: string;
  dryRun?: boolean;
};

export function trainCommand(): Command {
  const command = new Command('train').description(
    'Trains a student: on step instances (SFT, SRL), or by what its attempts come to (RLVR).',
  );
  for (const option of schemaOptions()) command.addOption(option);
  return command
    .addOption(
      new Option('--preset <name>', 'settings of a published run; flags override them').choices(Object.keys(presets)),
    )
    .option(
      '--then <flags>',
      'train what came out once more: flags that differ from these, in quotes; its run folder is `then` in the first one',
    )
    .option('--out <dir>', 'run folder; naming one resumes it (default: runs/train-<date>-<id>)')
    .option(
      '--dry-run',
      'only print what the (first) run takes of memory and what there is; exit code 2 where it does not fit',
    )
    .option('--json', 'print the result as the last line of stdout')
    .addHelpText(
      'after',
      `
Examples:
  stepwright train --method sft --steps steps.jsonl --student students/base-tiny --updates 150
  stepwright train --method srl --steps steps.jsonl --student runs/sft/best --updates 60 --batch 16 --lr 3e-4
  stepwright train --method srl --steps steps.jsonl --student runs/sft/best --lora-r 16 --lora-targets q_proj v_proj
  stepwright train --method srl --steps steps.jsonl --student Qwen2.5-Coder-0.5B-Instruct --lora-r 16 --dry-run
  stepwright train --method srl --steps steps.jsonl --student runs/sft/best --then '--method rlvr --tasks katas --updates 10'
  stepwright train --method sft --steps base.jsonl --init tiny --updates 1500 --batch 64 --schedule cosine`,
    )
    .action(async ({ json, dryRun, ...flags }: Flags) => {
      if (dryRun) return printPlan(flags, json);
      const started = performance.now();
      const result = await trainAll(flags);
      const seconds = Math.round((performance.now() - started) / 100) / 10;
      if (json) printJson({ ...result, seconds });
      else printText(result.student);
    });
}

async function printPlan({ then, out, ...flags }: Flags, json: boolean | undefined): Promise<void> {
  const options = optionsOf(flags);
  if (options.engine === 'trl')
    throw new ConfigError("--dry-run: PyTorch's memory is not known here; leave out --engine trl.");
  const { plan } = await prepareRun(options);
  if (json) printJson(plan);
  else printText(renderPlan(plan));
  requireFit(plan);
}

/** One run, and with `--then` another one on its outcome. */
async function trainAll({ then, out, ...flags }: Flags): Promise<TrainResult> {
  const first = optionsOf(flags);
  if (then === undefined) return train(first, out);
  const next = flagsOf(then);
  const second = (start: Partial<TrainOptions>) =>
    optionsOf({ ...flags, ...engineFor(next, first), ...start, ...next });
  // What is wrong with the second run is told before the first one.
  second({});
  const result = await train(first, out);
  return train(second(startFrom(result, next)), join(dirname(result.last), 'then'));
}

/** TRL hands a method that it does not train on to the engine in process. */
const engineFor = ({ method, engine }: Flags, first: TrainOptions): Partial<TrainOptions> =>
  engine === undefined && !trlMethods.includes((method ?? first.method) as TrainOptions['method'])
    ? { engine: undefined, accelerateConfig: undefined }
    : {};

function optionsOf({ preset, ...flags }: Flags): TrainOptions {
  const options = parseOptions({ ...presetOf(preset, flags.method), ...flags });
  if (options.engine === 'trl') requireSupported(options);
  return options;
}

/** What came out, as flags: its adapter where it has one and the next run wants no other. */
const startFrom = ({ student, adapter }: TrainResult, next: Flags): Partial<TrainOptions> =>
  adapter === undefined || next.loraR !== undefined
    ? { init: undefined, student, loraAdapter: undefined }
    : { student: undefined, loraR: undefined, loraAlpha: undefined, loraAdapter: adapter };

async function train(options: TrainOptions, out: string | undefined): Promise<TrainResult> {
  const context: RunContext & { signal: AbortSignal } = {
    reward: srlReward,
    emit: createReporter(),
    signal: interruptSignal(),
    out,
  };
  if (options.engine === 'trl') return trainTrl(options, context);
  if (options.method === 'sft') return trainSft(options, context);
  if (options.method === 'srl') return trainSrl(options, context);
  return trainRlvr(options, { ...context, ...(await openAttempts(options, context)) });
}

/** The flags of `--then`. */
function flagsOf(text: string): Flags {
  const command = new Command('--then').exitOverride();
  for (const option of schemaOptions()) command.addOption(option.makeOptionMandatory(false));
  const words = text.match(/"[^"]*"|'[^']*'|\S+/g) ?? [];
  command.parse(
    words.map((word) => word.replace(/^(["'])(.*)\1$/, '$2')),
    { from: 'user' },
  );
  return command.opts();
}

/** The command line's options are the schema's fields. */
function schemaOptions(): Option[] {
  return Object.entries(trainOptionsSchema.shape).map(([name, field]) => {
    const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const value = { steps: 'file...', tasks: 'file...', loraTargets: 'layer...' }[name] ?? 'value';
    const shown = defaultOf(name);
    // A switch may be given without a value.
    const argument = typeof shown === 'boolean' ? `[${value}]` : `<${value}>`;
    const about = `${field.description}${shown === undefined ? '' : ` (default: ${shown})`}`;
    const option = new Option(`--${flag} ${argument}`, about);
    return name === 'method' ? option.makeOptionMandatory() : option;
  });
}

const DEFAULTS = trainOptionsSchema.parse({ method: 'rlvr' }) as Record<string, unknown>;
const defaultOf = (name: string): unknown => (['method', 'steps', 'tasks'].includes(name) ? undefined : DEFAULTS[name]);

const presetOf = (name: string | undefined, method: unknown): Partial<TrainOptions> =>
  (name !== undefined && presets[name]?.[method as TrainOptions['method']]) || {};

function parseOptions(flags: Record<string, unknown>): TrainOptions {
  const result = trainOptionsSchema.safeParse(flags);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const flag = String(issue.path[0]).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new ConfigError(`--${flag}: ${issue.message}, got ${JSON.stringify(flags[String(issue.path[0])])}.`);
}
