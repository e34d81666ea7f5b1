// Who is scored: predictions of a file, or a model that makes them.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Model } from '../../agents/model/model.ts';
import type { RunControl } from '../../core/run/application.ts';
import { silent } from '../../core/run/events.ts';
import { ConfigError } from '../../core/schema/errors.ts';
import type { Instance } from '../../core/schema/instance.ts';
import type { Prediction } from '../../core/schema/verdict.ts';
import { openStudentModel } from '../../learning/student/serve/model.ts';
import { openSource } from '../../learning/student/source/source.ts';
import { type ScoreSettings, settingsOf } from './options.ts';
import { loadPredictions } from './predictions.ts';

export interface Contestant {
  /** On the leaderboard. */
  name: string;
  /** What its predictions depend on: a run is resumed with the same only. */
  identity: unknown;
  predictions: Prediction[];
  /** How many predictions were for instances that are not of this run. */
  unknown: number;
  /** Makes the predictions that are not there. */
  openModel?: () => Promise<Model & AsyncDisposable>;
}

export interface ScoreControl extends RunControl {
  /** A model of one's own, in place of predictions or a student. */
  model?: Model | undefined;
}

export async function findContestant(
  options: ScoreSettings,
  instances: readonly Instance[],
  { model, onEvent: emit = silent, signal }: ScoreControl,
): Promise<Contestant> {
  const { predictions: file, student } = options;
  if ([file, student, model].filter((one) => one !== undefined).length !== 1)
    throw new ConfigError('Give either --predictions (a file, or `gold`) or --student (a folder).');
  if (file !== undefined) {
    const { predictions, unknown } = await loadPredictions(file, instances, emit);
    const name = options.name ?? predictions[0]?.model_name_or_path ?? '';
    return { name, identity: predictions, predictions, unknown };
  }
  if (model !== undefined) {
    const { name = model.name } = options;
    // Whoever opened it closes it. No copy: its methods may be those of a class.
    const openModel = async () => ({
      ...{ name: model.name, settings: model.settings },
      query: (...query: Parameters<Model['query']>) => model.query(...query),
      [Symbol.asyncDispose]: async () => undefined,
    });
    return { name, identity: [model.settings, settingsOf(options)], predictions: [], unknown: 0, openModel };
  }
  const folder = await openSource(student!, { emit, signal });
  const { name = basename(student!), window, maxNewTokens, seed, workers } = options;
  const openModel = () => openStudentModel(folder, { name, window, maxNewTokens, seed, workers });
  const identity = [await hashOfFolder(folder), settingsOf(options)];
  return { name, identity, predictions: [], unknown: 0, openModel };
}

/** Of the files' contents, so that a run is resumed with the very same student only. */
async function hashOfFolder(folder: string): Promise<string> {
  const names = await readdir(folder).catch(() => {
    throw new ConfigError(
      `--student ${folder}: no such folder. Give a student folder (config.json, weights, tokenizer).`,
    );
  });
  const hash = createHash('sha256');
  for (const name of names.sort())
    if (/\.(json|safetensors)$/.test(name)) hash.update(await readFile(join(folder, name)));
  return hash.digest('hex');
}
