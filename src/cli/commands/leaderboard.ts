// `leaderboard`: run folders → terminal table, JSON, HTML page.
import { resolve } from 'node:path';
import { jsonField } from '../../core/options/vocabulary.ts';
import { printable } from '../../core/run/printable.ts';
import { leaderboardRun, leaderboardSchema } from '../../results/leaderboard/run.ts';
import { renderTable } from '../../results/leaderboard/table.ts';
import { defineCommand } from '../options/command.ts';
import { printJson } from '../output.ts';

export const leaderboardCommand = defineCommand({
  name: 'leaderboard',
  about: 'Compares run folders in a table, and on a page.',
  options: leaderboardSchema.extend({ json: jsonField('the rows') }),
  positional: 'runs',
  examples: ['stepwright leaderboard runs/quickstart-2026-01-01-a1b2c3 --html board.html'],
  async run({ json, ...options }) {
    const { rows, empty, seconds } = await leaderboardRun(options);
    if (rows.length > 0) process.stderr.write(`${renderTable(rows)}\n`);
    if (options.html !== undefined) process.stderr.write(`page: ${resolve(options.html)}\n`);
    if (empty.length > 0)
      process.stderr.write(
        `${printable(`left out, without a report.json of \`score\` or points in a metrics.jsonl of \`train\`: ${empty.join(', ')}`)}\n`,
      );
    if (json) printJson({ rows, seconds });
  },
});
