// `trainRun`: step instances or tasks and a student in, a better student out. The command `train` is this with a command line.
import { dirname, join } from 'node:path';
import { checkOptions, type Given } from '../../core/options/check.ts';
import { type RunControl, resolveRunOptions } from '../../core/run/application.ts';
import { silent } from '../../core/run/events.ts';
import { ConfigError } from '../../core/schema/errors.ts';
import { srlReward } from '../../data/reward/srl-reward.ts';
import { openSource } from '../student/source/source.ts';
import { prepareRun } from './data/prepare.ts';
import type { MemoryPlan } from './memory/memory-plan.ts';
import { type TrainOptions, trainOptionsSchema } from './options/options.ts';
import { presets } from './options/presets.ts';
import { type TrainRunOptions, trainRunSchema } from './options/run-options.ts';
import { openSandboxAttempts } from './policy/sandbox-attempts.ts';
import type { StepRewardFunction } from './policy/validate.ts';
import { trainRlvr } from './rlvr.ts';
import type { RunContext, TrainResult } from './run.ts';
import { trainSft } from './sft.ts';
import { trainSrl } from './srl.ts';
import { trainTrl } from './trainers/trl.ts';
import { requireSupported, trlMethods } from './trainers/trl-settings.ts';

export interface TrainControl extends RunControl {
  /** The reward of a completion beside the expert's text; by default that of SRL (arXiv 2510.25992, section 3.2). */
  reward?: StepRewardFunction | undefined;
}

type Folder = Pick<RunContext, 'run' | 'resolved'>;

/** A run folder that is there is resumed. Rejects when the signal aborts; the updates made by then are in the run folder's checkpoint. */
export async function trainRun(given: TrainRunOptions, control: TrainControl = {}): Promise<TrainResult> {
  const { options, resolved } = await resolveTraining(given, control);
  const { run, runtime } = options;
  const first = trainingOptions(options);
  if (first.engine === 'trl' && control.reward !== undefined)
    throw new ConfigError('`reward`: `engine` "trl" rewards in Python. Leave out one of them.');
  const start = (settings: TrainOptions, folder: Folder): Promise<TrainResult> =>
    train(settings, { ...folder, runtime }, control);
  if (given.then === undefined) return reportDropped(await start(first, { run, resolved }), control);
  const next: Given = given.then;
  const secondFrom = (outcome: Given): TrainOptions => {
    const values = { ...given, ...trainerFor(next, first), ...outcome, ...next };
    return trainingOptions({ ...presetOf(values), ...values });
  };
  // What is wrong with the second run is reported before the first one starts.
  secondFrom({});
  const result = await start(first, { run, resolved });
  const second = await start(secondFrom(outcomeOf(result, next)), { run: join(dirname(result.last), 'then') });
  return reportDropped(second, control);
}

/** How much memory the (first) run takes, and how much there is. */
export async function planTraining(given: TrainRunOptions, control: RunControl = {}): Promise<MemoryPlan> {
  const { options } = await resolveTraining(given, control);
  if (options.engine === 'trl')
    throw new ConfigError("--dry-run: PyTorch's memory is not known here; leave out --engine trl.");
  return (await prepareRun(trainingOptions(options))).plan;
}

/** With the preset's values, and the student as a folder. */
async function resolveTraining(given: TrainRunOptions, { onEvent: emit = silent, signal }: RunControl) {
  const { options, resolved } = await resolveRunOptions(trainRunSchema, {
    ...presetOf(given),
    ...given,
  } as TrainRunOptions);
  const student = options.student && (await openSource(options.student, { emit, signal }));
  return { options: { ...options, student }, resolved };
}

/** What a published run sets for the method; nothing without a preset. */
export function presetOf({ preset, method }: Given): Partial<TrainOptions> {
  return presets[String(preset)]?.[method as TrainOptions['method']] ?? {};
}

/** Without what only the run knows. */
function trainingOptions(values: Given): TrainOptions {
  const own = Object.entries(values).filter(([name]) => name in trainOptionsSchema.shape);
  const options = checkOptions(trainOptionsSchema, Object.fromEntries(own));
  if (options.engine === 'trl') requireSupported(options);
  return options;
}

/** TRL leaves a method that it does not train by to the trainer in this process. */
const trainerFor = ({ method, engine }: Given, first: TrainOptions): Given =>
  engine === undefined && !trlMethods.includes((method ?? first.method) as TrainOptions['method'])
    ? { engine: undefined, accelerateConfig: undefined }
    : {};

/** What a run made, as the next one's start: its adapter where it has one and the next run wants no other. */
const outcomeOf = ({ student, adapter }: TrainResult, next: Given): Given =>
  adapter === undefined || next.loraR !== undefined
    ? { init: undefined, student, loraAdapter: undefined }
    : { student: undefined, loraR: undefined, loraAlpha: undefined, loraAdapter: adapter };

async function train(
  options: TrainOptions,
  { runtime, ...folder }: Folder & { runtime: string | undefined },
  { onEvent: emit = silent, signal, reward }: TrainControl,
): Promise<TrainResult> {
  const context: RunContext = {
    reward: reward ?? ((text, expert) => srlReward(text, expert, { format: options.format })),
    ...{ emit, signal },
    ...folder,
  };
  if (options.engine === 'trl') return trainTrl(options, context);
  if (options.method === 'sft') return trainSft(options, context);
  if (options.method === 'srl') return trainSrl(options, context);
  return trainRlvr(options, { ...context, ...(await openSandboxAttempts(options, { emit, signal, runtime })) });
}

function reportDropped(result: TrainResult, { onEvent: emit = silent }: RunControl): TrainResult {
  if (result.dropped > 0)
    emit({
      type: 'warn',
      text: `${result.dropped} step instances were not used: they do not fit in the student's context`,
    });
  return result;
}
