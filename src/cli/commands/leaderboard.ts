// `leaderboard`: run folders → terminal table, JSON, HTML page.
import { resolve } from 'node:path';
import { Command } from 'commander';
import { writeFileAtomic, writeJson } from '../../core/run/files.ts';
import { renderPage } from '../../results/leaderboard/page.ts';
import { loadBoard } from '../../results/leaderboard/rows.ts';
import { renderTable } from '../../results/leaderboard/table.ts';
import { printJson } from '../output.ts';

interface Options {
  html?: string;
  save?: string;
  json?: boolean;
}

export function leaderboardCommand(): Command {
  return new Command('leaderboard')
    .argument('<runs...>', 'run folders of `score` and `train`, or folders that hold such')
    .option('--html <file>', 'write one self-contained page')
    .option('--save <file>', 'write what --json prints to a file')
    .option('--json', 'print the rows as the last line of stdout')
    .addHelpText('after', '\nExample:\n  stepwright leaderboard runs/quickstart-2026-01-01-a1b2c3 --html board.html')
    .action(async (runs: string[], { html, save, json }: Options) => {
      const started = performance.now();
      const board = await loadBoard(runs);
      if (board.rows.length > 0) process.stderr.write(`${renderTable(board.rows)}\n`);
      if (html !== undefined) {
        await writeFileAtomic(html, renderPage(board));
        process.stderr.write(`page: ${resolve(html)}\n`);
      }
      const result = { rows: board.rows, seconds: Math.round((performance.now() - started) / 10) / 100 };
      if (save !== undefined) await writeJson(save, result);
      if (json) printJson(result);
    });
}
