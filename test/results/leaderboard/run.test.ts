// As a user of the library compares runs.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { leaderboardRun } from '../../../src/index.ts';
import { temporaryFolder } from '../../support/temp.ts';
import { writeScoreRun, writeTrainRun } from './support.ts';

test('leaderboardRun gives the rows and curves of run folders, and writes the page and the rows where it is asked to', async () => {
  const dir = temporaryFolder();
  writeScoreRun(join(dir, 'runs/base'), 'base', 1, 4);
  writeTrainRun(join(dir, 'runs/sft'), [{ update: 1, loss: 2 }]);
  const files = { html: join(dir, 'board.html'), save: join(dir, 'board.json') };
  const { rows, curves, empty } = await leaderboardRun({ runs: [join(dir, 'runs')], ...files });
  expect(rows).toMatchObject([{ name: 'base', resolved: 1, total: 4, resolve_rate: 0.25 }]);
  expect(curves).toMatchObject([{ name: 'sft', metrics: { loss: [{ step: 1, value: 2 }] } }]);
  expect(empty).toEqual([]);
  expect(readFileSync(files.html, 'utf8')).toContain('base');
  expect(JSON.parse(readFileSync(files.save, 'utf8')).rows).toEqual(rows);
});
