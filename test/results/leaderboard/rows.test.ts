import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { renderPage } from '../../../src/results/leaderboard/page.ts';
import { loadBoard } from '../../../src/results/leaderboard/rows.ts';
import { renderTable } from '../../../src/results/leaderboard/table.ts';
import { temporaryFolder } from '../../support/temp.ts';
import { writeScoreRun, writeTrainRun } from './support.ts';

describe('the board', () => {
  test('finds scoring and training runs in a folder of runs', async () => {
    const dir = temporaryFolder();
    const rungs = { '1': { resolved: 3, total: 5 } };
    writeScoreRun(join(dir, '1-base'), 'base', 1, 10);
    writeScoreRun(join(dir, '2-srl'), 'srl', 6, 10, { step_reward: 0.8, steps_mean: 4.25, tokens_mean: 1234.5, rungs });
    writeTrainRun(join(dir, 'train'), [{ step: 1, loss: 2 }, { step: 2, loss: 1, note: 'text' }, { loss: null }]);
    const { rows, curves } = await loadBoard([dir]);
    expect(rows).toEqual([
      expect.objectContaining({ name: 'base', resolved: 1, total: 10, step_reward: null, steps_mean: null, rungs: {} }),
      expect.objectContaining({
        name: 'srl',
        resolve_rate: 0.6,
        step_reward: 0.8,
        steps_mean: 4.25,
        tokens_mean: 1234.5,
        rungs,
      }),
    ]);
    expect(curves).toEqual([
      {
        name: 'train',
        metrics: {
          loss: [
            { step: 1, value: 2 },
            { step: 2, value: 1 },
          ],
        },
      },
    ]);
  });

  test("reads SWE-bench's own report: the rate follows from the counts", async () => {
    const dir = temporaryFolder();
    const report = { schema_version: 2, total_instances: 2, submitted_instances: 2, resolved_instances: 1 };
    writeFileSync(join(dir, 'report.json'), JSON.stringify(report));
    expect((await loadBoard([dir])).rows).toMatchObject([{ resolved: 1, total: 2, resolve_rate: 0.5 }]);
    writeFileSync(join(dir, 'report.json'), JSON.stringify({ ...report, resolved_instances: 3 }));
    await expect(loadBoard([dir])).rejects.toThrow('report.json: 3 resolved of 2 submitted');
    writeFileSync(join(dir, 'report.json'), JSON.stringify({ resolved: 1 }));
    await expect(loadBoard([dir])).rejects.toThrow(
      'report.json: `resolved_instances` is missing; there are `resolved`',
    );
  });

  test('takes a metric by whatever name, and as many points as there are', async () => {
    const dir = temporaryFolder();
    const rows = Array.from({ length: 130_000 }, (_, step) => ({ step, constructor: 1, ['__proto__']: step }));
    writeTrainRun(dir, rows);
    const board = await loadBoard([dir]);
    expect(Object.keys(board.curves[0]!.metrics)).toEqual(['constructor', '__proto__']);
    expect(renderPage(board)).toContain('<figcaption>__proto__</figcaption>');
  });

  test('keeps the order of the folders given and takes none twice', async () => {
    const dir = temporaryFolder();
    for (const name of ['a', 'b']) writeScoreRun(join(dir, name), name, 0, 1);
    const { rows } = await loadBoard([join(dir, 'b'), dir]);
    expect(rows.map(({ name }) => name)).toEqual(['b', 'a']);
  });

  test('searches every folder given as deep, and names those that have nothing to show', async () => {
    const dir = temporaryFolder();
    const folders = Array.from({ length: 6 }, (_, n) => join(dir, `${n}`));
    for (const folder of folders) writeScoreRun(join(folder, 'deep/run'), folder, 0, 1);
    const [none, noPoints] = [join(dir, 'none'), join(dir, 'no-points')];
    mkdirSync(none);
    writeTrainRun(noPoints, []);
    const { rows, empty } = await loadBoard([...folders, none, noPoints]);
    expect(rows.map(({ name }) => name)).toEqual(folders);
    expect(empty).toEqual([none, noPoints]);
  });

  test('runs in a folder come in the order in which they were started; `update` counts as the step', async () => {
    const dir = temporaryFolder();
    for (const [name, started] of [
      ['SFT', '2026-01-01T00:00:02Z'],
      ['SRL', '2026-01-01T00:00:03Z'],
      ['base', '2026-01-01T00:00:01Z'],
    ] as const) {
      writeScoreRun(join(dir, name), name, 0, 1);
      writeFileSync(join(dir, name, 'run.json'), JSON.stringify({ started }));
    }
    writeTrainRun(join(dir, 'train'), [{ update: 7, loss: 1 }]);
    const { rows, curves } = await loadBoard([dir]);
    expect(rows.map(({ name }) => name)).toEqual(['base', 'SFT', 'SRL']);
    expect(curves[0]?.metrics).toEqual({ loss: [{ step: 7, value: 1 }] });
  });

  test('a training run that is still being written loses only its torn last row', async () => {
    const dir = temporaryFolder();
    writeTrainRun(dir, [{ step: 1, loss: 2 }]);
    writeFileSync(join(dir, 'metrics.jsonl'), '{"step": 1, "loss": 2}\n{"step": 2, "lo');
    expect((await loadBoard([dir])).curves[0]?.metrics.loss).toEqual([{ step: 1, value: 2 }]);
  });

  test.each([
    ['a folder that is not there', undefined, /no such folder/],
    ['a folder without runs', {}, /no report\.json of `score` and no metrics\.jsonl of `train`/],
    ['half a report', { 'report.json': '{"resolved' }, /report\.json: not JSON/],
    ['another report', { 'report.json': '{"resolved": 1}' }, /report\.json: `resolved_instances`/],
  ])('%s says what is wrong', async (_what, files, message) => {
    const dir = temporaryFolder();
    for (const [name, text] of Object.entries<string>(files ?? {})) writeFileSync(join(dir, name), text);
    await expect(loadBoard([files === undefined ? join(dir, 'gone') : dir])).rejects.toThrow(message);
  });
});

describe('the terminal table', () => {
  test('lines up, with a dash for what was not measured', async () => {
    const dir = temporaryFolder();
    writeScoreRun(join(dir, '1'), 'base', 0, 80, { rungs: { 'unseen function': { resolved: 0, total: 30 } } });
    writeScoreRun(join(dir, '2'), 'SRL', 38, 80, {
      step_reward: 0.8014,
      steps_mean: 3.94,
      tokens_mean: 2904.2,
      rungs: { 'unseen function': { resolved: 22, total: 30 }, 'unseen kind': { resolved: 5, total: 20 } },
    });
    expect(renderTable((await loadBoard([dir])).rows)).toMatchInlineSnapshot(`
      "model  resolved    rate  95 % interval  step reward  steps  tokens
      ─────  ────────  ──────  ─────────────  ───────────  ─────  ──────
      base       0/80   0.0 %      0.0–4.6 %            –      –       –
      SRL       38/80  47.5 %    36.9–58.3 %        0.801    3.9   2,904

      resolved of level  unseen function  unseen kind
      ─────────────────  ───────────────  ───────────
      base                          0/30            –
      SRL                          22/30         5/20"
    `);
  });

  test('a name cannot steer the terminal', async () => {
    const dir = temporaryFolder();
    writeScoreRun(dir, '\u001b[2J\u0007evil\n', 1, 2);
    const table = renderTable((await loadBoard([dir])).rows);
    expect(table).toContain(String.raw`\u001b[2J\u0007evil\u000a`);
    expect(table.split('\n')).toHaveLength(3);
  });
});
