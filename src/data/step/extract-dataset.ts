// Files of trajectories of any known format → a data set of step instances on disk. Streaming, on several threads; rows that cannot be
// read are written aside.

import { copyFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { countOf } from '../../core/run/count-of.ts';
import { silent } from '../../core/run/events.ts';
import { shipped } from '../../core/run/paths.ts';
import { ConfigError } from '../../core/schema/errors.ts';
import { findFiles } from '../trajectory/files.ts';
import { type ReadOptions, readTrajectoryRows } from '../trajectory/read.ts';
import { openRejected } from '../trajectory/rejected.ts';
import { createUnusedTally, type UnusedCounts } from '../trajectory/unused.ts';
import { datasetFormats } from './dataset/formats.ts';
import { openDataset } from './dataset/shards.ts';
import { extractRows } from './parallel/extract-rows.ts';
import { readFiles } from './parallel/read-files.ts';
import type { Work, WorkSettings } from './parallel/work.ts';
import { isUnresolved } from './reasons.ts';
import { chooseHeldOut, splitOf } from './splits.ts';
import { createTally, type ExtractStatistics } from './statistics.ts';

export interface ExtractDatasetOptions extends ReadOptions {
  /** `.parquet`, or JSON lines. */
  out: string;
  /** Rows a file. @default 0, all in one */
  shardRows?: number;
  /** Threads; 0: this one alone. @default up to two; none for little */
  workers?: number;
  /** So many of the trajectories that would be trained on are held out, drawn by the seed. */
  holdOut?: { trajectories: number; seed: number };
}

export interface ExtractedDataset extends UnusedCounts {
  statistics: ExtractStatistics;
  files: string[];
  /** Step instances in the files. */
  written: number;
  /** Rows that could not be read, and those whose id stood before; they lie in `<out>.rejected.jsonl`. How many for which reason. */
  rejected: number;
  unreadable: Record<string, number>;
}

export async function extractDataset(
  paths: readonly string[],
  settings: WorkSettings,
  { out, shardRows = 0, workers, holdOut, emit = silent, ...reading }: ExtractDatasetOptions,
): Promise<ExtractedDataset> {
  const { columns, rewardFile } = datasetFormats[settings.format];
  const tally = createTally({ keepDuplicates: settings.keep?.includes('duplicate') ?? false });
  const unused = createUnusedTally();
  let written = 0;
  if (holdOut !== undefined) settings = { ...settings, splits: await holdOutOf(paths, settings, holdOut, reading) };
  await using dataset = await openDataset(out, columns, shardRows);
  await using bad = await openRejected(out, emit);
  const rows = readFiles(paths, { emit, ...reading });
  for await (const outcome of extractRows(rows, settings, workers ?? (await worthwhileWorkers(paths)))) {
    if ('why' in outcome) {
      await bad.reject(outcome);
      continue;
    }
    unused.add(outcome.unused);
    if (tally.add(outcome.summary)) {
      await dataset.write(outcome.rows);
      written += outcome.rows.ends.length;
    } else if (outcome.summary.instances.length > 0) await bad.reject({ ...outcome.place, why: repeats(outcome) });
  }
  requireKnown(tally.statistics());
  const files = await dataset.commit();
  await bad.commit();
  if (rewardFile !== undefined) await copyFile(shipped('engines', rewardFile), join(dirname(out), rewardFile));
  return {
    statistics: tally.statistics(),
    ...{ files, written, rejected: bad.count(), unreadable: bad.reasons },
    ...unused.counts(),
  };
}

/** Nothing is written then: a file without rows would replace one that has some. */
function requireKnown({ trajectories, unknown }: ExtractStatistics): void {
  if (trajectories > 0 && unknown.length === trajectories)
    throw new ConfigError(
      `The instance of none of the ${countOf(trajectories, 'trajectory', 'trajectories')} is known (${unknown.slice(0, 3).join('; ')}${trajectories > 3 ? '; …' : ''}). Name their suite with --tasks, or their side with --split.`,
    );
}

const repeats = ({ summary }: Work): string =>
  `trajectory_id ${JSON.stringify(summary.trajectoryId)} gave steps already`;

/** Reads everything once more: which trajectories there are has to be known before some are drawn. */
async function holdOutOf(
  paths: readonly string[],
  { splits, keep = [] }: WorkSettings,
  { trajectories, seed }: { trajectories: number; seed: number },
  reading: ReadOptions,
): Promise<WorkSettings['splits']> {
  const ids: string[] = [];
  for await (const row of readTrajectoryRows(paths, reading)) {
    if ('why' in row || splitOf(row.trajectory, splits) !== 'train') continue;
    if (keep.includes('unresolved') || !isUnresolved(row.trajectory)) ids.push(row.trajectory.trajectory_id);
  }
  return { ...splits, heldOut: chooseHeldOut(ids, trajectories, seed) };
}

/** Less is done before a thread has started. */
const WORTH_A_THREAD_BYTES = 8 * 1024 * 1024;

async function worthwhileWorkers(paths: readonly string[]): Promise<number> {
  const files = await findFiles(paths);
  const sizes = await Promise.all(files.map(async ({ path }) => (await stat(path)).size));
  const bytes = sizes.reduce((total, size) => total + size, 0);
  return bytes < WORTH_A_THREAD_BYTES ? 0 : 1;
}
