// `leaderboardRun`: run folders of scoring and training → rows, a page, a file. The command `leaderboard` is this with a command line.
import { z } from 'zod';
import { list } from '../../core/options/fields.ts';
import { option } from '../../core/options/option.ts';
import { file } from '../../core/options/vocabulary.ts';
import { type OptionsOf, resolveRunOptions } from '../../core/run/application.ts';
import { writeFileAtomic, writeJson } from '../../core/run/files.ts';
import { renderPage } from './page.ts';
import { type Board, loadBoard } from './rows.ts';

export const leaderboardSchema = z.object({
  runs: option(list(z.string()), 'run folders of `score` and `train`, or folders of them'),
  html: file('also write one self-contained HTML page'),
  save: file('also write what --json prints to this file'),
});

/** What has a default may be left out. */
export type LeaderboardRunOptions = OptionsOf<typeof leaderboardSchema>;

export interface LeaderboardResult extends Board {
  /** What it took. */
  seconds: number;
}

export async function leaderboardRun(given: LeaderboardRunOptions): Promise<LeaderboardResult> {
  const started = performance.now();
  const { runs, html, save } = (await resolveRunOptions(leaderboardSchema, given)).options;
  const board = await loadBoard(runs);
  if (html !== undefined) await writeFileAtomic(html, renderPage(board));
  const seconds = Math.round((performance.now() - started) / 10) / 100;
  if (save !== undefined) await writeJson(save, { rows: board.rows, seconds });
  return { ...board, seconds };
}
