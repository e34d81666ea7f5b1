import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import { StepwrightError } from '../../../src/core/schema/errors.ts';
import { loadInstances, suiteNames } from '../../../src/world/task/load.ts';
import { writeSuite } from '../../../src/world/task/write.ts';
import { anInstance } from '../../support/instance.ts';
import { temporaryFolder } from '../../support/temp.ts';

const full = anInstance({
  instance_id: 'toy.a',
  base_commit: 'c0ffee',
  hints_text: 'look twice',
  patch: 'diff --git a/a b/a\r\n-1\r\n+2\n\\ No newline at end of file\n',
  bug_patch: 'diff --git a/a b/a\n',
  test_patch: 'diff --git a/t b/t\n',
  PASS_TO_PASS: ['t::ok'],
  metadata: { origin: 'hand' },
  datasets: ['suite'],
});
const bare = anInstance({ instance_id: 'toy.b', patch: 'diff --git a/a b/a\n' });
const rows = [full, bare];
const jsonl = rows.map((row) => `${JSON.stringify(row)}\n`).join('');

let tasks: string;
beforeEach(() => {
  tasks = temporaryFolder();
});

describe('loading instances', () => {
  test('task folders give back what was written, byte for byte', async () => {
    await writeSuite(join(tasks, 'suite'), rows, 'folders');
    expect(await loadInstances('suite', tasks)).toEqual(rows);
    expect(readFileSync(join(tasks, 'suite/toy.a/gold.patch'), 'utf8')).toBe(full.patch);
  });

  test('one task folder is one instance', async () => {
    await writeSuite(join(tasks, 'suite'), rows, 'folders');
    expect(await loadInstances(join(tasks, 'suite/toy.b'))).toEqual([bare]);
  });

  test('parts that say nothing have no file', async () => {
    await writeSuite(join(tasks, 'suite'), [bare], 'folders');
    expect(() => readFileSync(join(tasks, 'suite/toy.b/test.patch'))).toThrow('ENOENT');
  });

  test.each([
    ['instances.jsonl of a suite', 'suite/instances.jsonl', jsonl, 'suite'],
    ['a compressed one', 'suite/instances.jsonl.gz', gzipSync(jsonl), 'suite'],
    ['a suite in one file', 'suite.jsonl', jsonl, 'suite'],
    ['a JSON list', 'rows.json', JSON.stringify(rows), 'rows.json'],
    ['a JSON object by id', 'rows.json', JSON.stringify({ a: full, b: bare }), 'rows.json'],
  ])('%s', async (_, file, content, source) => {
    mkdirSync(join(tasks, 'suite'));
    if (source !== 'suite' || file.startsWith('suite.')) rmSync(join(tasks, 'suite'), { recursive: true });
    writeFileSync(join(tasks, file), content);
    expect(await loadInstances(source, tasks)).toEqual(rows);
  });

  test("SWE-bench's test lists as JSON strings are read", async () => {
    writeFileSync(join(tasks, 'rows.json'), JSON.stringify([{ ...bare, FAIL_TO_PASS: '["t::x"]' }]));
    expect((await loadInstances('rows.json', tasks))[0]?.FAIL_TO_PASS).toEqual(['t::x']);
  });

  test('suites are folders and files alike', async () => {
    mkdirSync(join(tasks, 'one'));
    writeFileSync(join(tasks, 'two.jsonl.gz'), gzipSync(jsonl));
    expect(await suiteNames(tasks)).toEqual(['one', 'two']);
  });
});

describe('what cannot be loaded is named', () => {
  const refuses = async (source: string, ...parts: string[]) => {
    const error = await loadInstances(source, tasks).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(StepwrightError);
    for (const part of parts) expect((error as Error).message).toContain(part);
  };

  test('an unknown suite, with those that are there', async () => {
    writeFileSync(join(tasks, 'katas.jsonl'), jsonl);
    await refuses('kats', 'kats: neither a file or folder nor a suite. Suites: katas.');
  });

  test.each(['tests.json', 'gold.patch', 'eval.sh', 'problem_statement.md'])('a task without its %s', async (name) => {
    await writeSuite(join(tasks, 'suite'), rows, 'folders');
    rmSync(join(tasks, 'suite/toy.a', name));
    await refuses('suite', `toy.a/${name}: cannot be read (ENOENT)`);
  });

  test.each([
    ['task.yaml', 'split: train\nversion: "1"\n', '`instance_id`'],
    ['task.yaml', 'a: [\n', 'not YAML'],
    ['tests.json', '{', 'not JSON'],
    ['tests.json', '{"FAIL_TO_PASS": 3, "PASS_TO_PASS": []}', '`FAIL_TO_PASS`'],
    ['problem_statement.md', '', '`problem_statement`'],
  ])('a malformed %s', async (name, content, part) => {
    await writeSuite(join(tasks, 'suite'), rows, 'folders');
    writeFileSync(join(tasks, 'suite/toy.a', name), content);
    await refuses('suite', 'toy.a', part);
  });

  test('a malformed line, by its number', async () => {
    writeFileSync(join(tasks, 'suite.jsonl'), `${jsonl}{"instance_id": "x"}\n`);
    await refuses('suite', 'suite.jsonl:3: `repo`');
  });

  test('a torn archive', async () => {
    writeFileSync(join(tasks, 'suite.jsonl.gz'), gzipSync(jsonl).subarray(0, 60));
    await refuses('suite', 'suite.jsonl.gz:1: gzip: unexpected end of file');
  });

  test('a malformed row of a list, by its number', async () => {
    writeFileSync(join(tasks, 'rows.json'), JSON.stringify([full, { ...bare, split: 'dev' }]));
    await refuses('rows.json', 'row 2: `split`');
  });

  test('an id that occurs twice', async () => {
    writeFileSync(join(tasks, 'rows.json'), JSON.stringify([full, full]));
    await refuses('rows.json', '"toy.a" occurs twice');
  });

  test('a row of another data set, with the command that reads those', async () => {
    const { environment, ...row } = bare;
    writeFileSync(join(tasks, 'rows.jsonl'), `${JSON.stringify(row)}\n`);
    await refuses('rows.jsonl', 'rows.jsonl:1: `environment` is missing', 'stepwright tasks import');
  });

  test('a last line that is cut', async () => {
    writeFileSync(join(tasks, 'suite.jsonl'), jsonl.slice(0, -20));
    await refuses('suite', 'suite.jsonl:2: the file ends within this row');
  });

  test.each(['../x', 'a/../b', 'a\0b', 'a//b'])('an id that is no path inside a folder: %j', async (instance_id) => {
    writeFileSync(join(tasks, 'rows.json'), JSON.stringify([{ ...bare, instance_id }]));
    await refuses('rows.json', 'row 1: `instance_id`: no safe id');
  });

  test('a file of another kind, and an empty suite', async () => {
    writeFileSync(join(tasks, 'rows.csv'), 'a,b\n');
    await refuses('rows.csv', 'rows.csv:1: not JSON');
    mkdirSync(join(tasks, 'empty'));
    await refuses('empty', 'holds no instance');
  });
});
