// `train` (and the program train-swe): step instances and a student in, a better student out.
import { Command, Option } from 'commander';
import { srlReward } from '../reward/srl-reward.ts';
import { interruptSignal } from '../run/interrupt.ts';
import { createReporter } from '../run/reporter.ts';
import { ConfigError } from '../schema/errors.ts';
import { type TrainOptions, trainOptionsSchema } from '../train/options.ts';
import { presets } from '../train/presets.ts';
import { trainSft } from '../train/sft.ts';
import { trainSrl } from '../train/srl.ts';
import { printJson, printText } from './output.ts';

type Flags = Record<string, unknown> & { out?: string; json?: boolean; preset?: string };

export function trainCommand(): Command {
  const command = new Command('train').description('Trains a student on step instances: SFT or SRL.');
  for (const option of schemaOptions()) command.addOption(option);
  return command
    .addOption(
      new Option('--preset <name>', 'settings of a published run; flags override them').choices(Object.keys(presets)),
    )
    .option('--out <dir>', 'run folder; naming one resumes it (default: runs/train-<date>-<id>)')
    .option('--json', 'print the result as the last line of stdout')
    .addHelpText(
      'after',
      `
Examples:
  stepwright train --method sft --steps steps.jsonl --student students/base-tiny --updates 150
  stepwright train --method srl --steps steps.jsonl --student runs/sft/best --updates 60 --batch 16 --lr 3e-4
  stepwright train --method sft --steps base.jsonl --init tiny --updates 1500 --batch 64 --schedule cosine`,
    )
    .action(async ({ out, json, preset, ...flags }: Flags) => {
      const emit = createReporter();
      const signal = interruptSignal();
      const options = parseOptions({ ...presetOf(preset, flags.method), ...flags });
      const train = options.method === 'sft' ? trainSft : trainSrl;
      const started = performance.now();
      const result = await train(options, { reward: srlReward, emit, out, signal });
      const seconds = Math.round((performance.now() - started) / 100) / 10;
      if (json) printJson({ ...result, seconds });
      else printText(result.student);
    });
}

/** The command line's options are the schema's fields. */
function schemaOptions(): Option[] {
  return Object.entries(trainOptionsSchema.shape).map(([name, field]) => {
    const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const many = name === 'steps';
    const shown = defaultOf(name);
    const about = `${field.description}${shown === undefined ? '' : ` (default: ${shown})`}`;
    const option = new Option(`--${flag} <${many ? 'file...' : 'value'}>`, about);
    return name === 'method' || many ? option.makeOptionMandatory() : option;
  });
}

const DEFAULTS = trainOptionsSchema.parse({ method: 'sft', steps: ['-'] }) as Record<string, unknown>;
const defaultOf = (name: string): unknown => (['method', 'steps'].includes(name) ? undefined : DEFAULTS[name]);

const presetOf = (name: string | undefined, method: unknown): Partial<TrainOptions> =>
  (name !== undefined && presets[name]?.[method as TrainOptions['method']]) || {};

function parseOptions(flags: Record<string, unknown>): TrainOptions {
  const result = trainOptionsSchema.safeParse(flags);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const flag = String(issue.path[0]).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new ConfigError(`--${flag}: ${issue.message}, got ${JSON.stringify(flags[String(issue.path[0])])}.`);
}
