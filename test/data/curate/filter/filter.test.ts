// The filter: conditions, the evaluation set, rules of the linter, the cap.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { expect, test } from 'vitest';
import type { Attempt, Trajectory } from '../../../../src/core/schema/trajectory.ts';
import { openCap } from '../../../../src/data/curate/filter/cap.ts';
import { createEvaluationSet, type EvaluationRow } from '../../../../src/data/curate/filter/evaluation-set.ts';
import { type FilterOptions, openFilter } from '../../../../src/data/curate/filter/filter.ts';
import { filterRows } from '../../../../src/data/curate/filter/filter-rows.ts';
import { loadEvaluationRows } from '../../../../src/data/curate/filter/load-evaluation.ts';
import { writeScopeOf } from '../../../../src/data/step/write-scope.ts';
import { unusedOf } from '../../../../src/data/trajectory/unused.ts';
import { temporaryFolder } from '../../../support/temp.ts';
import { aTrajectory, bashStep } from '../../../support/trajectory.ts';

const place = { file: 'f.jsonl', line: 1 };
const dropped = async (options: FilterOptions, ...rows: Attempt[]): Promise<(string | undefined)[]> => {
  const filter = openFilter(options, { writeScopeOf, similarity: 0.8 });
  const all: (string | undefined)[] = [];
  for (const row of rows) {
    const found = await filter(row, place);
    all.push(found && `${found.why}: ${found.detail}`);
  }
  return all;
};

const costly = (cost_usd: number): Attempt => aTrajectory({ totals: { ...aTrajectory().totals, cost_usd } });
const unpriced = (): Attempt => {
  const { totals, ...rest } = aTrajectory();
  return { ...rest, totals: { steps: totals.steps } } as Attempt;
};

test.each<[string, FilterOptions, Attempt, string | undefined]>([
  ['resolved', { onlyResolved: true }, aTrajectory({ resolved: true }), undefined],
  ['not resolved', { onlyResolved: true }, aTrajectory({ resolved: false }), 'unresolved: judged not resolved'],
  ['not judged', { onlyResolved: true }, aTrajectory(), 'unresolved: not judged'],
  ['another ending', { endings: ['submitted'] }, aTrajectory({ ending: 'cost_limit' }), 'ending: cost_limit'],
  ['too short', { minSteps: 2 }, aTrajectory(), 'too_short: 1 step'],
  ['too long', { maxSteps: 0 }, aTrajectory(), 'too_long: 1 step'],
  ['just long enough', { minSteps: 1, maxSteps: 1 }, aTrajectory(), undefined],
  ['too costly', { maxCostUsd: 1 }, costly(1.5), 'too_costly: 1.5 USD'],
  ['at the cost', { maxCostUsd: 1.5 }, costly(1.5), undefined],
  ['of unknown cost', { maxCostUsd: 1 }, unpriced(), 'too_costly: not stated'],
  ['of unknown cost, unasked', {}, unpriced(), undefined],
  ['another model', { model: /^claude/ }, aTrajectory(), 'model: test'],
])('%s', async (_, options, trajectory, expected) => {
  expect(await dropped(options, trajectory)).toEqual([expected]);
});

const diff = (path: string, ...lines: string[]): string =>
  `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n@@ -1,${lines.length} +1,${lines.length} @@\n${lines.join('\n')}\n`;
const gold = diff(
  'pkg/core.py',
  '-    return first + second',
  '+    return first - second',
  '+    # signs matter here',
);
const commit = 'a'.repeat(32) + 'b'.repeat(8);
const evaluationRows: EvaluationRow[] = [
  { instance_id: 'octo__tool-12', repo: 'Octo/Tool', base_commit: commit, patch: gold },
];

test.each<[string, Partial<Attempt>, string | undefined]>([
  ['the same instance', { instance_id: 'octo__tool-12' }, 'contaminated_instance: octo__tool-12'],
  [
    'the same repository at the same commit, by SWE-smith id',
    { instance_id: 'octo__tool.aaaaaaaa.func_pm_x__12345678' },
    'contaminated_commit: octo__tool-12',
  ],
  [
    'the same commit, by the tag of its image',
    { environment: { image: `ns/tool_final:${commit}` } },
    'contaminated_commit: octo__tool-12',
  ],
  ['the beginning of the commit in another repository', { instance_id: 'other__tool.aaaaaaaa.x' }, undefined],
  ['another commit of the repository', { instance_id: 'octo__tool.cccccccc.x' }, undefined],
  [
    'most of the gold patch',
    { patch: diff('pkg/core.py', '-    return first + second', '+return first - second') },
    'contaminated_patch: octo__tool-12: 2 of the 3 changes of its gold patch',
  ],
  ['one of its three lines', { patch: diff('pkg/core.py', '-    return first + second', '+    return 0') }, undefined],
  ['its lines in another file', { patch: gold.replaceAll('core', 'other') }, undefined],
])('%s', async (_, more, expected) => {
  const evaluation = createEvaluationSet(evaluationRows);
  expect(await dropped({ evaluation }, aTrajectory(more as Partial<Attempt>))).toEqual([expected]);
});

test('what is told of the instances finds commits that their ids do not', async () => {
  const evaluation = createEvaluationSet(evaluationRows);
  const instances = new Map([['toy__1', { repo: 'octo/tool', base_commit: commit }]]);
  expect(await dropped({ evaluation, instances }, aTrajectory())).toEqual(['contaminated_commit: octo__tool-12']);
});

test('the training side of a suite is no evaluation set', async () => {
  const evaluation = createEvaluationSet(evaluationRows.map((row) => ({ ...row, split: 'train' })));
  expect(await dropped({ evaluation }, aTrajectory({ instance_id: 'octo__tool-12' }))).toEqual([undefined]);
});

test('a duplicate counts only against what was kept', async () => {
  const row = (resolved: boolean, attempt = 0): Attempt =>
    aTrajectory({ resolved, attempt, steps: [bashStep('cat a.py', 'x')] });
  const rows = [row(false), row(true), row(true, 1), row(true)];
  expect(await dropped({ onlyResolved: true, drop: ['duplicate'] }, ...rows)).toEqual([
    'unresolved: judged not resolved',
    undefined,
    'duplicate: the same actions and observations as toy__1/test/0 (f.jsonl:1)',
    'duplicate_id: the same trajectory_id is at f.jsonl:1',
  ]);
});

test('a cap keeps so many of each instance: the same ones in any order, others with another seed', () => {
  const rows = Array.from({ length: 60 }, (_, k) => aTrajectory({ instance_id: `i${k % 3}`, attempt: k }));
  const kept = (seed: number, order: Attempt[]): string[] => {
    const cap = openCap(4, seed);
    for (const [index, row] of order.entries()) cap.add(row, index);
    return [...cap.draw()].flatMap(([index, isKept]) => (isKept ? order[index]!.trajectory_id : [])).sort();
  };
  expect(kept(1, rows)).toHaveLength(12);
  expect(kept(1, rows.toReversed())).toEqual(kept(1, rows));
  expect(kept(2, rows)).not.toEqual(kept(1, rows));
});

test('evaluation sets are read as lines, as a list, by id, and as a suite', async () => {
  const dir = temporaryFolder();
  const [row] = evaluationRows;
  const files = {
    'a.jsonl': `${JSON.stringify(row)}\n`,
    'b.json': JSON.stringify([row], null, 1),
    'c.json': JSON.stringify({ x: row }),
  };
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(dir, name), content);
    expect(await loadEvaluationRows(join(dir, name))).toMatchObject([{ instance_id: 'octo__tool-12', patch: gold }]);
  }
  expect((await loadEvaluationRows('upstream')).length).toBeGreaterThan(10);
});

test.each(['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'BROTLI', 'ZSTD'] as const)(
  'evaluation sets are read from Parquet, %s, whatever else their tables hold',
  async (codec) => {
    const file = join(temporaryFolder(), 'test-00000-of-00001');
    const [row] = evaluationRows;
    const columns = {
      instance_id: [row!.instance_id, 'octo__tool-13'],
      repo: [row!.repo, 'octo/tool'],
      base_commit: [row!.base_commit, null],
      patch: [gold, null],
      problem_statement: ['It adds.', 'é🙂'],
      created_at: [new Date(0), null],
      difficulty: [null, 2],
    };
    const columnData = Object.entries(columns).map(([name, data]) => ({
      name,
      data: data as unknown[],
      nullable: true,
    }));
    const zstd = (bytes: Uint8Array) =>
      execFileSync('zstd', ['-c', '-q', `--stream-size=${bytes.length}`], { input: bytes });
    const compressors = { GZIP: gzipSync, BROTLI: brotliCompressSync, ZSTD: zstd };
    writeFileSync(file, Buffer.from(parquetWriteBuffer({ columnData, codec, compressors })));
    expect(await loadEvaluationRows(file)).toEqual([
      row,
      { instance_id: 'octo__tool-13', repo: 'octo/tool', base_commit: undefined, patch: undefined, image: undefined },
    ]);
  },
);

test('Parquet that is cut off is refused', async () => {
  const file = join(temporaryFolder(), 'a.parquet');
  const whole = parquetWriteBuffer({ columnData: [{ name: 'instance_id', data: ['a'] }] });
  writeFileSync(file, Buffer.from(whole).subarray(0, -4));
  await expect(loadEvaluationRows(file)).rejects.toThrow(/^\S+a\.parquet: row 1: no readable Parquet \(.+\)\./);
});

test('a table without instances is refused with its row', async () => {
  const file = join(temporaryFolder(), 'a.parquet');
  writeFileSync(file, Buffer.from(parquetWriteBuffer({ columnData: [{ name: 'repo', data: ['a/b'] }] })));
  await expect(loadEvaluationRows(file)).rejects.toThrow(`${file}: row 1: \`instance_id\``);
});

test('what there is to say of the files is said once, though a cap reads them twice', async () => {
  const said: unknown[] = [];
  const rows = [aTrajectory({ attempt: 0 }), aTrajectory({ attempt: 1 })];
  const kept: Trajectory[] = [];
  await filterRows(
    async function* (emit) {
      emit({ type: 'note', text: 'passed over' });
      for (const trajectory of rows)
        yield { trajectory, place: { ...place, byteOffset: 0 }, unused: unusedOf(trajectory, []) };
    },
    { filter: async () => undefined, cap: openCap(1, 0), emit: (event) => void said.push(event) },
    { keep: async (trajectory) => void kept.push(trajectory), drop: async () => undefined },
  );
  expect([said, kept.length]).toEqual([[{ type: 'note', text: 'passed over' }], 1]);
});

test('the gold patch of a SWE-smith row is its bug, reversed', async () => {
  const file = join(temporaryFolder(), 'smith.jsonl');
  writeFileSync(
    file,
    `${JSON.stringify({ instance_id: 'o__r.aaaaaaaa.x', repo: 'swesmith/o__r.aaaaaaaa', patch: gold })}\n`,
  );
  expect((await loadEvaluationRows(file))[0]!.patch).toContain('+    return first + second');
});

test('an evaluation set with a bad row is refused, with its place', async () => {
  const file = join(temporaryFolder(), 'bad.jsonl');
  writeFileSync(file, `${JSON.stringify(evaluationRows[0])}\n{"repo": "a/b"}\n`);
  await expect(loadEvaluationRows(file)).rejects.toThrow(`${file}:2: \`instance_id\``);
});
