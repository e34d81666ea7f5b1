// The leaderboard for a terminal.
import { maxOf } from '../../core/run/large-arrays.ts';
import { printable } from '../../core/run/printable.ts';
import { interval, numberOr, percent, rungsOf } from './format.ts';
import type { Row } from './rows.ts';

export function renderTable(rows: readonly Row[]): string {
  const board = renderColumns(
    ['model', 'resolved', 'rate', '95 % interval', 'step reward', 'steps', 'tokens'],
    rows.map((row) => [
      row.name,
      `${row.resolved}/${row.total}`,
      percent(row.resolve_rate),
      interval(row.wilson95),
      numberOr(row.step_reward, 3),
      numberOr(row.steps_mean, 1),
      numberOr(row.tokens_mean, 0),
    ]),
  );
  const rungs = rungsOf(rows);
  return rungs.length === 0 ? board : `${board}\n\n${renderLadder(rows, rungs)}`;
}

const renderLadder = (rows: readonly Row[], rungs: readonly string[]): string =>
  renderColumns(
    ['resolved of level', ...rungs],
    rows.map(({ name, rungs: counts }) => [
      name,
      ...rungs.map((rung) => {
        const count = counts[rung];
        return count === undefined ? '–' : `${count.resolved}/${count.total}`;
      }),
    ]),
  );

/** The first column to the left, numbers to the right. */
function renderColumns(head: readonly string[], body: readonly (readonly string[])[]): string {
  const clean = [head, ...body].map((cells) => cells.map((cell) => printable(cell)));
  const widths = head.map((_, column) => maxOf(clean.map((cells) => cells[column]!.length)));
  const line = (cells: readonly string[]): string =>
    cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('  ');
  const [first, ...rest] = clean;
  return [line(first!), widths.map((width) => '─'.repeat(width)).join('  '), ...rest.map(line)].join('\n');
}
