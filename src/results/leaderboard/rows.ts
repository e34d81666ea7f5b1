// Run folders → what the leaderboard shows: a row for every scoring run (report.json, SWE-bench's too: the rate follows from the counts), curves for every training run (metrics.jsonl).
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { readOwnRows } from '../../core/io/own-rows.ts';
import { parseJsonText } from '../../core/io/parse-json.ts';
import { ConfigError } from '../../core/schema/errors.ts';
import { issueText } from '../../core/schema/issue-text.ts';
import { wilson95 } from '../evaluate/wilson.ts';

const reportSchema = z.object({
  name: z.string().optional(),
  resolved_instances: z.number().int().nonnegative(),
  submitted_instances: z.number().int().nonnegative(),
  step_reward: z.number().nullable().default(null),
  steps_mean: z.number().nullable().default(null),
  tokens_mean: z.number().nullable().default(null),
  rungs: z.record(z.string(), z.object({ resolved: z.number().int(), total: z.number().int() })).default({}),
});

export interface Row {
  name: string;
  resolved: number;
  /** All submitted ids, also those that could not be judged. */
  total: number;
  resolve_rate: number;
  wilson95: [number, number];
  /** Mean step reward on held-out steps; null when the run did not measure it. */
  step_reward: number | null;
  steps_mean: number | null;
  tokens_mean: number | null;
  /** The ladder of held-out instances. */
  rungs: Record<string, { resolved: number; total: number }>;
}

export interface Curves {
  name: string;
  /** Metric (TRL's names) → points, by step. */
  metrics: Record<string, { step: number; value: number }[]>;
}

export interface Board {
  rows: Row[];
  curves: Curves[];
  /** Folders that were given and have nothing to show. */
  empty: string[];
}

/** Folders are searched three levels deep, so that the folder of a quickstart run can be given as a whole; what is in one comes in the
 * order in which it was started. */
export async function loadBoard(folders: readonly string[]): Promise<Board> {
  const runs = await Promise.all(folders.map((folder) => findRuns(folder)));
  const unique = [...new Set(runs.flat().map((run) => resolve(run)))];
  const board: Board = { rows: [], curves: [], empty: folders.filter((_, n) => runs[n]!.length === 0) };
  for (const run of unique) {
    const row = await loadRow(run);
    if (row !== undefined) board.rows.push(row);
    const curves = await loadCurves(run);
    const hasCurves = Object.keys(curves.metrics).length > 0;
    if (hasCurves) board.curves.push(curves);
    if (row === undefined && !hasCurves) board.empty.push(run);
  }
  if (board.rows.length === 0 && board.curves.length === 0)
    throw new ConfigError(
      `${folders.join(', ')}: no report.json of \`score\` and no metrics.jsonl of \`train\` in there. Give the folders of such runs.`,
    );
  return board;
}

const DEPTH = 3;

async function findRuns(folder: string, depth = 0): Promise<string[]> {
  if (!(await stat(folder).catch(() => undefined))?.isDirectory())
    throw new ConfigError(`${folder}: no such folder. Give the folders of finished runs.`);
  const entries = await readdir(folder, { withFileTypes: true });
  const isRun = entries.some(({ name }) => name === 'report.json' || name === 'metrics.jsonl');
  if (isRun) return [folder];
  if (depth === DEPTH) return [];
  const inner = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
  const found = (await Promise.all(inner.sort().map((name) => findRuns(name, depth + 1)))).flat();
  if (depth > 0) return found;
  const dated = await Promise.all(found.map(async (run) => ({ run, started: await startOf(run) })));
  return dated.sort((a, b) => a.started.localeCompare(b.started)).map(({ run }) => run);
}

/** ISO 8601; empty for a folder that no command of ours made. */
const startOf = (run: string): Promise<string> =>
  readFile(join(run, 'run.json'), 'utf8')
    .then((text) => String(JSON.parse(text).started ?? ''))
    .catch(() => '');

async function loadRow(run: string): Promise<Row | undefined> {
  const file = join(run, 'report.json');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const parsed = parseJsonText(text);
  if ('why' in parsed) throw new ConfigError(`${file}: ${parsed.why}. Score again, or leave that run out.`);
  const { value } = parsed;
  const { success, data, error } = reportSchema.safeParse(value);
  if (!success)
    throw new ConfigError(`${file}: ${issueText(error, value)}. Is it the report of a \`score\` run, or of SWE-bench?`);
  const { name = basename(run), resolved_instances: resolved, submitted_instances: total, ...rest } = data;
  if (resolved > total) throw new ConfigError(`${file}: ${resolved} resolved of ${total} submitted. Score again.`);
  const rate = { resolve_rate: total === 0 ? 0 : resolved / total, wilson95: wilson95(resolved, total) };
  return { name, resolved, total, ...rate, ...rest };
}

/** Not zod's record, which leaves out a metric named `__proto__`. */
const metricsRowSchema = z.custom<Record<string, unknown>>(
  (row) => typeof row === 'object' && row !== null && !Array.isArray(row),
  'expected an object',
);

async function loadCurves(run: string): Promise<Curves> {
  const metrics: Curves['metrics'] = Object.create(null); // names come from a file: `constructor` is one as any other
  const rows = await readOwnRows(join(run, 'metrics.jsonl'), metricsRowSchema);
  for (const [index, row] of rows.entries()) {
    const { update, step = update ?? index + 1, ...values } = row;
    for (const [metric, value] of Object.entries(values)) {
      if (typeof step !== 'number' || typeof value !== 'number' || !Number.isFinite(value)) continue;
      metrics[metric] ??= [];
      metrics[metric].push({ step, value });
    }
  }
  return { name: basename(run), metrics };
}
