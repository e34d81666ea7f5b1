// `train` (and the program train-swe): step instances and a student in, a better student out.
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { checkOptions, type Given } from '../../core/options/check.ts';
import { onOff } from '../../core/options/fields.ts';
import { option } from '../../core/options/option.ts';
import { jsonField, runField, runtimeField } from '../../core/options/vocabulary.ts';
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
import { defineCommand, type Invocation } from '../options/command.ts';
import { readFlags } from '../options/parser.ts';
import { printJson, printText } from '../output.ts';
import { withStudentFolder } from '../student-source.ts';
import { openAttempts } from '../train-attempts.ts';

const trainFields = trainOptionsSchema.shape;

/** The options of the training itself, and those of the command. */
const schema = trainOptionsSchema.safeExtend({
  preset: option(
    z.enum(Object.keys(presets)).optional(),
    'settings of a published run, which flags and --config override',
    { value: 'name' },
  ),
  // biome-ignore lint/suspicious/noThenProperty: the flag's name; its value is no function, so nothing takes it for a promise
  then: option(
    z.string().optional(),
    'train the result once more with these flags, in quotes, that differ from the first run; its run folder is `then` in the first one',
    { value: 'flags' },
  ),
  runtime: runtimeField,
  run: runField({ formerly: ['out'] }),
  dryRun: option(
    onOff,
    'only print how much memory the (first) run takes and how much there is; exits with 2 where it does not fit',
  ),
  json: jsonField('the result'),
});
type Flags = z.output<typeof schema>;

export const trainCommand = defineCommand({
  name: 'train',
  about: 'Trains a student: on step instances (SFT, SRL), or on the outcome of its attempts (RLVR).',
  options: schema,
  defaultsFor: presetOf,
  examples: [
    'stepwright train --method sft --steps steps.jsonl --student students/base-tiny --updates 150',
    'stepwright train --method srl --steps steps.jsonl --student runs/sft/best --updates 60 --batch 16 --lr 3e-4',
    'stepwright train --method srl --steps steps.jsonl --student runs/sft/best --lora-r 16 --lora-targets q_proj v_proj',
    'stepwright train --method srl --steps steps.jsonl --student Qwen/Qwen2.5-Coder-0.5B-Instruct --lora-r 16 --dry-run',
    "stepwright train --method srl --steps steps.jsonl --student runs/sft/best --then '--method rlvr --tasks katas --updates 10'",
    'stepwright train --method sft --steps base.jsonl --init tiny --updates 1500 --batch 64 --schedule cosine',
  ],
  async run(given, invocation) {
    const flags = await withStudentFolder(given);
    const { json, dryRun } = flags;
    if (dryRun) return printPlan(flags);
    const started = performance.now();
    const result = await trainAll(flags, invocation);
    const seconds = Math.round((performance.now() - started) / 100) / 10;
    if (result.dropped > 0)
      createReporter()({
        type: 'warn',
        text: `${result.dropped} step instances were not used: they do not fit in the student's context`,
      });
    if (json) printJson({ ...result, seconds });
    else printText(result.student);
  },
});

async function printPlan({ json, ...flags }: Flags): Promise<void> {
  const options = trainOptionsOf(flags);
  if (options.engine === 'trl')
    throw new ConfigError("--dry-run: PyTorch's memory is not known here; leave out --engine trl.");
  const { plan } = await prepareRun(options);
  if (json) printJson(plan);
  else printText(renderPlan(plan));
  requireFit(plan);
}

/** One run, and with `--then` another one on its outcome. */
async function trainAll(
  { then, run, runtime, ...flags }: Flags,
  { given, resolved }: Invocation,
): Promise<TrainResult> {
  const first = trainOptionsOf(flags);
  if (then === undefined) return train(first, { run, resolved, runtime });
  const next = readFlags(wordsOf(then), trainFields);
  const second = (start: Given): TrainOptions => {
    const all = { ...given, ...engineFor(next, first), ...start, ...next };
    return trainOptionsOf({ ...presetOf({ preset: given.preset, ...all }), ...all });
  };
  // What is wrong with the second run is reported before the first one starts.
  second({});
  const result = await train(first, { run, resolved, runtime });
  return train(second(startFrom(result, next)), { run: join(dirname(result.last), 'then'), runtime });
}

/** TRL hands a method that it does not train on to the engine in process. */
const engineFor = ({ method, engine }: Given, first: TrainOptions): Given =>
  engine === undefined && !trlMethods.includes((method ?? first.method) as TrainOptions['method'])
    ? { engine: undefined, accelerateConfig: undefined }
    : {};

/** Without what only the command knows. */
function trainOptionsOf(values: Given): TrainOptions {
  const own = Object.entries(values).filter(([name]) => name in trainFields);
  const options = checkOptions(trainOptionsSchema, Object.fromEntries(own));
  if (options.engine === 'trl') requireSupported(options);
  return options;
}

/** What came out, as flags: its adapter where it has one and the next run wants no other. */
const startFrom = ({ student, adapter }: TrainResult, next: Given): Given =>
  adapter === undefined || next.loraR !== undefined
    ? { init: undefined, student, loraAdapter: undefined }
    : { student: undefined, loraR: undefined, loraAlpha: undefined, loraAdapter: adapter };

async function train(
  options: TrainOptions,
  { runtime, ...folder }: Pick<RunContext, 'run' | 'resolved'> & { runtime: string | undefined },
): Promise<TrainResult> {
  const context: RunContext & { signal: AbortSignal } = {
    reward: (text, expert) => srlReward(text, expert, { format: options.format }),
    emit: createReporter(),
    signal: interruptSignal(),
    ...folder,
  };
  if (options.engine === 'trl') return trainTrl(options, context);
  if (options.method === 'sft') return trainSft(options, context);
  if (options.method === 'srl') return trainSrl(options, context);
  return trainRlvr(options, { ...context, ...(await openAttempts(options, { ...context, runtime })) });
}

/** As a shell would split them. */
const wordsOf = (text: string): string[] =>
  (text.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).map((word) => word.replace(/^(["'])(.*)\1$/, '$2'));

function presetOf({ preset, method }: Given): Partial<TrainOptions> {
  return presets[String(preset)]?.[method as TrainOptions['method']] ?? {};
}
