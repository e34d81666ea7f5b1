// `--engine trl`: the same SRL run on Hugging Face TRL, for students and machines that need PyTorch and accelerate. Here its step instances
// and settings are written, it is launched and watched, and its checkpoint becomes a student folder. The training is engines/trl.

import { existsSync } from 'node:fs';
import { appendFile, cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { defaultsOf } from '../../../core/run/application.ts';
import { countOf } from '../../../core/run/count-of.ts';
import { writeFileAtomic, writeJson } from '../../../core/run/files.ts';
import { shipped } from '../../../core/run/paths.ts';
import { openRun, type RunDir } from '../../../core/run/run-dir.ts';
import { ConfigError } from '../../../core/schema/errors.ts';
import { readDecoderConfig } from '../../student/checkpoint/config.ts';
import { writeStudent } from '../../student/checkpoint/files.ts';
import { loadTokenizer, type StudentTokenizer } from '../../student/checkpoint/tokenizer.ts';
import { trainingInputs } from '../data/inputs.ts';
import { findStart } from '../data/start.ts';
import { encodeSteps, nothingToLearn, readStepInstances, type Steps } from '../data/steps.ts';
import { type TrainOptions, trainOptionsSchema } from '../options/options.ts';
import { openEventFiles } from '../record/event-files.ts';
import { type Metrics, openMetrics, renderMetrics } from '../record/metrics.ts';
import type { RunContext, TrainResult } from '../run.ts';
import { enginePython, variable } from './python.ts';
import { requireSupported, trlSettings } from './trl-settings.ts';

/** What a line of the program's stdout begins with when it is for us. */
const MARK = 'stepwright ';

export async function trainTrl(options: TrainOptions, context: RunContext): Promise<TrainResult> {
  requireSupported(options);
  const { emit, signal } = context;
  // As for the engine in process: where it runs may change when a run is resumed; what is learnt may not.
  const { workers, backend, jobs, gradientCheckpointing, accelerateConfig, ...identity } = options;
  const ready = process.env[variable('trl')];
  const python = await enginePython({
    engine: 'trl',
    requirements: shipped('engines', 'trl', 'requirements.txt'),
    ready,
    emit,
    signal,
  });
  await using run = await openRun({
    command: 'train',
    config: identity,
    defaults: defaultsOf(trainOptionsSchema),
    inputs: await trainingInputs(options),
    dir: context.run,
    resolved: context.resolved,
  });
  const start = await startFolder(options, run);
  const { contextLength } = await readDecoderConfig(start);
  const tokenizer = await loadTokenizer(start);
  const limits = { context: contextLength, maxNewTokens: options.maxNewTokens };
  const steps = encodeSteps(await readStepInstances(options.steps), tokenizer, limits);
  if (steps.train.length === 0) throw nothingToLearn(steps, contextLength);
  const updates =
    options.epochs === undefined ? options.updates : Math.ceil((options.epochs * steps.train.length) / options.batch);
  await writeSteps(run.path('engine', 'steps.jsonl'), steps);

  const output = run.path('engine', 'output');
  const stopFile = run.path('engine', 'stop');
  await rm(stopFile, { force: true });
  const from = await newestCheckpoint(output);
  const settings = run.path('engine', 'settings.json');
  await writeJson(settings, {
    ...trlSettings({ ...options, maxNewTokens: steps.maxNewTokens }, updates),
    student: start,
    steps: run.path('engine', 'steps.jsonl'),
    output_dir: output,
    resume_from: from?.folder ?? null,
    stop_file: stopFile,
    reward_command: [process.execPath, shipped('bin', 'stepwright.mjs')],
  });
  const counts = `${countOf(steps.train.length, 'step')}, ${steps.heldout.length} held out, ${steps.dropped} too long`;
  emit({ type: 'stage', name: `srl on TRL: ${counts}${from ? `, from update ${from.update}` : ''}` });
  if ((from?.update ?? 0) < updates) {
    await using log = await openMetrics(run.path('metrics.jsonl'), { update: from?.update ?? 0, isValidated: true });
    await using events = await openEventFiles(run.path('tensorboard'), run.path('metrics.jsonl'));
    const onRow = async (row: Metrics): Promise<void> => {
      await log.append(row);
      await events.write(row);
      emit({ type: 'note', text: `update ${row.update}/${updates}: ${renderMetrics(row)}` });
    };
    await launch({ python, settings, accelerateConfig, log: run.path('engine.log'), stopFile, onRow, signal });
  }
  const last = run.path('checkpoint');
  const { folder, update } = (await newestCheckpoint(output))!;
  await takeBack(folder, last, tokenizer);
  signal?.throwIfAborted();
  const result: TrainResult = {
    method: options.method,
    updates: update,
    ending: 'complete',
    tokens: JSON.parse(await readFile(join(folder, 'trainer_state.json'), 'utf8')).num_input_tokens_seen,
    student: last,
    last,
    best: null,
    validation: null,
    dropped: steps.dropped,
    overlong: steps.overlong,
  };
  await writeJson(run.path('result.json'), result);
  return result;
}

/** The folder that is trained: `--student`, or a new one of `--init`, which a resumed run keeps. */
async function startFolder(options: TrainOptions, run: RunDir): Promise<string> {
  if (options.student !== undefined && options.init === undefined) return resolve(options.student);
  const folder = run.path('engine', 'start');
  if (!existsSync(folder)) await writeStudent(folder, await (await findStart(options)).open());
  return folder;
}

async function writeSteps(path: string, { train }: Steps): Promise<void> {
  const rows = train.map(({ instance: { id, prompt, action } }) => {
    const messages = prompt.map(({ role, content }) => ({ role, content }));
    return JSON.stringify({ id, prompt: messages, expert: action });
  });
  await writeFileAtomic(path, rows.map((row) => `${row}\n`).join(''));
}

/** `position.json` is written last: a checkpoint without it was cut off. */
async function newestCheckpoint(output: string): Promise<{ folder: string; update: number } | undefined> {
  const names = await readdir(output).catch(() => []);
  const found = names
    .filter((name) => name.startsWith('checkpoint-') && existsSync(join(output, name, 'position.json')))
    .map((name) => ({ folder: join(output, name), update: Number(name.slice('checkpoint-'.length)) }));
  return found.sort((a, b) => b.update - a.update)[0];
}

interface Launch {
  python: string;
  settings: string;
  accelerateConfig: string | undefined;
  log: string;
  stopFile: string;
  onRow: (row: Metrics) => Promise<void>;
  signal: AbortSignal | undefined;
}

async function launch({ python, settings, accelerateConfig, log, stopFile, onRow, signal }: Launch): Promise<void> {
  const program = shipped('engines', 'trl', 'train_srl.py');
  const machine =
    accelerateConfig === undefined ? ['--cpu', '--num_processes', '1'] : ['--config_file', resolve(accelerateConfig)];
  const path = [shipped('engines'), process.env.PYTHONPATH].filter(Boolean).join(delimiter);
  // In a group of its own, so that Ctrl-C reaches us alone: the program is asked to save and stop, after the update it is in.
  const child = execa(python, ['-m', 'accelerate.commands.launch', ...machine, program, settings], {
    env: { PYTHONPATH: path },
    stdin: 'ignore',
    reject: false,
    detached: true,
    buffer: false,
    all: true,
  });
  const stop = () => void writeFile(stopFile, '');
  signal?.addEventListener('abort', stop, { once: true });
  let why: string | undefined;
  let last = '';
  try {
    for await (const line of createInterface({ input: child.all! })) {
      if (line.startsWith(MARK)) {
        const row = JSON.parse(line.slice(MARK.length)) as Metrics | { error: string };
        if ('error' in row) why ??= String(row.error);
        else await onRow(row);
        continue;
      }
      await appendFile(log, `${line}\n`);
      if (line.trim() !== '') last = line.trim();
    }
    const { exitCode } = await child;
    if (exitCode === 0) return;
    why ??= `the program ended with ${exitCode ?? 'a signal'}: ${last}`;
    throw new ConfigError(`--engine trl: ${why} (more in ${log})`);
  } finally {
    signal?.removeEventListener('abort', stop);
    const isRunning = child.exitCode === null && child.signalCode === null;
    if (isRunning && child.pid !== undefined) process.kill(-child.pid);
  }
}

/** TRL's checkpoint as a student folder; the tokenizer is the one that it started with. */
async function takeBack(checkpoint: string, folder: string, tokenizer: StudentTokenizer): Promise<void> {
  const fresh = `${folder}.${process.pid}.tmp`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  for (const name of await readdir(checkpoint))
    if (name.endsWith('config.json') || name.startsWith('model')) await cp(join(checkpoint, name), join(fresh, name));
  for (const [name, content] of Object.entries(tokenizer.files)) await writeFile(join(fresh, name), content);
  await rm(folder, { recursive: true, force: true });
  await rename(fresh, folder);
}
