// `leaderboard`: run folders → terminal table, JSON, HTML page.
import { resolve } from 'node:path';
import { z } from 'zod';
import { list } from '../../core/options/fields.ts';
import { option } from '../../core/options/option.ts';
import { file, jsonField } from '../../core/options/vocabulary.ts';
import { writeFileAtomic, writeJson } from '../../core/run/files.ts';
import { printable } from '../../core/run/printable.ts';
import { renderPage } from '../../results/leaderboard/page.ts';
import { loadBoard } from '../../results/leaderboard/rows.ts';
import { renderTable } from '../../results/leaderboard/table.ts';
import { defineCommand } from '../options/command.ts';
import { printJson } from '../output.ts';

export const leaderboardCommand = defineCommand({
  name: 'leaderboard',
  about: 'Compares run folders in a table, and on a page.',
  options: z.object({
    runs: option(list(z.string()), 'run folders of `score` and `train`, or folders of them'),
    html: file('also write one self-contained HTML page'),
    save: file('also write what --json prints to this file'),
    json: jsonField('the rows'),
  }),
  positional: 'runs',
  examples: ['stepwright leaderboard runs/quickstart-2026-01-01-a1b2c3 --html board.html'],
  async run({ runs, html, save, json }) {
    const started = performance.now();
    const board = await loadBoard(runs);
    if (board.rows.length > 0) process.stderr.write(`${renderTable(board.rows)}\n`);
    if (html !== undefined) {
      await writeFileAtomic(html, renderPage(board));
      process.stderr.write(`page: ${resolve(html)}\n`);
    }
    if (board.empty.length > 0)
      process.stderr.write(
        `${printable(`left out, without a report.json of \`score\` or points in a metrics.jsonl of \`train\`: ${board.empty.join(', ')}`)}\n`,
      );
    const result = { rows: board.rows, seconds: Math.round((performance.now() - started) / 10) / 100 };
    if (save !== undefined) await writeJson(save, result);
    if (json) printJson(result);
  },
});
