// `lint` and `filter` as command lines.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { toSweSmith } from '../../../src/data/trajectory/formats/out/swe-smith.ts';
import { githubToken } from '../../support/fake-secrets.ts';
import { runInProcess } from '../../support/in-process.ts';
import { temporaryFolder } from '../../support/temp.ts';
import { aTrajectory, bashStep } from '../../support/trajectory.ts';

const stepwright = (...argv: string[]) => runInProcess([...argv]);
const lastLine = (text: string) => JSON.parse(text.trim().split('\n').at(-1)!);
const rowsOf = (file: string) =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

const attempt = (k: number, more: Parameters<typeof aTrajectory>[0] = {}) =>
  aTrajectory({
    attempt: k,
    ending: 'step_limit',
    steps: [bashStep(`sed -n ${k},99p file${k}.py`, `OBSERVATION:\n${k}`)],
    ...more,
  });

function write(...rows: unknown[]): string {
  const file = join(temporaryFolder(), 'rows.jsonl');
  writeFileSync(file, rows.map((row) => (typeof row === 'string' ? row : `${JSON.stringify(row)}\n`)).join(''));
  return file;
}

const leaky = () => attempt(1, { steps: [bashStep(`echo ${githubToken()}`, `OBSERVATION:\n${githubToken()}`)] });

test('findings are a table for people, one row of JSON for programs, and exit code 1 when there are errors', async () => {
  const file = write(attempt(0), leaky(), '{"half": \n');
  const table = await stepwright('lint', file);
  expect(table.status).toBe(1);
  expect(table.stdout).toMatch(/rows\.jsonl:2 +error +secret +toy__1\/test\/1#0 +github_token of 40 characters/);
  expect(table.stdout).toMatch(/rows\.jsonl:3 +error +schema +byte \d+: not JSON/);
  expect(table.stdout + table.stderr).not.toContain(githubToken());
  const json = lastLine((await stepwright('lint', file, '--json', '--rule', 'secret')).stdout);
  expect(json).toMatchObject({ trajectories: 2, steps: 2, errors: 1, warnings: 0 });
  const message = 'github_token of 40 characters in its `action`';
  expect(json.findings).toEqual([
    { rule: 'secret', severity: 'error', file, line: 2, trajectory_id: 'toy__1/test/1', step: 0, message },
  ]);
});

test('what fails is chosen', async () => {
  const file = write(attempt(0, { messages: [] }));
  expect((await stepwright('lint', file, '--rule', 'roles')).status).toBe(0);
  expect((await stepwright('lint', file, '--rule', 'roles', '--fail-on', 'warning')).status).toBe(1);
});

test('a redacted copy that lacks a row ends with 1, whatever rules are off', async () => {
  const out = join(temporaryFolder(), 'clean.jsonl');
  const file = write(attempt(0), '{"half": \n');
  const argv = ['lint', file, '--ignore', 'schema', '--fail-on', 'error'];
  expect((await stepwright(...argv)).status).toBe(0);
  const { status, stderr } = await stepwright(...argv, '--redact', '--out', out);
  expect(status).toBe(1);
  expect(stderr).toMatch(/: 0 errors, \d+ warnings?; 1 row rejected$/m);
});

test('a redacted copy holds no secret, and lints clean', async () => {
  const [file, out] = [write(leaky()), join(temporaryFolder(), 'clean.jsonl')];
  expect((await stepwright('lint', file, '--redact', '--out', out)).stderr).toContain(`1 secret replaced → ${out}`);
  const first = readFileSync(out, 'utf8');
  expect(first).not.toContain(githubToken());
  expect(first).toContain('echo REDACTED_GITHUB_TOKEN_1');
  expect((await stepwright('lint', out)).status).toBe(0);
});

test('what cannot be read is told with its place, and lies beside the copy', async () => {
  const [file, out] = [write(attempt(0), '{"half": \n', attempt(1)), join(temporaryFolder(), 'clean.jsonl')];
  const offset = readFileSync(file).indexOf('{"half');
  const { status, stdout } = await stepwright('lint', file, '--redact', '--out', out, '--json');
  expect(status).toBe(1);
  expect(lastLine(stdout).findings).toMatchObject([{ rule: 'schema', file, line: 2, byte_offset: offset }]);
  expect(rowsOf(out)).toHaveLength(2);
  expect(rowsOf(`${out}.rejected.jsonl`)).toMatchObject([{ file, line: 2, byte_offset: offset, row: '{"half": ' }]);
});

test('filter keeps what is asked for, and says why the rest is gone', async () => {
  const rows = [0, 1, 2, 3].map((k) => attempt(k, { resolved: k !== 0 }));
  const file = write(...rows, attempt(1, { attempt: 9, resolved: true }), '{"half": \n');
  const [out, aside] = ['kept', 'gone'].map((name) => join(temporaryFolder(), `${name}.jsonl`)) as [string, string];
  const argv = [
    'filter',
    file,
    '-o',
    out,
    '--dropped',
    aside,
    '--only-resolved',
    '--drop',
    'duplicate',
    '--per-instance',
    '2',
    '--json',
  ];
  const { status, stdout } = await stepwright(...argv);
  expect(status).toBe(1); // one row could not be read
  expect(lastLine(stdout)).toEqual({
    trajectories: 2,
    steps: 2,
    dropped: { unresolved: 1, duplicate: 1, schema: 1, over_cap: 1 },
    rejected: 1,
    ...{ malformed: 0, orphans: 0, unused: {} },
  });
  expect(rowsOf(out)).toHaveLength(2);
  expect(rowsOf(aside)).toHaveLength(4);
  expect(rowsOf(aside)[0]).toEqual({
    trajectory_id: 'toy__1/test/0',
    reason: 'unresolved',
    why: 'unresolved',
    detail: 'judged not resolved',
    file,
    line: 1,
    byte_offset: 0,
  });
});

test('filter tells rows that cannot be read, and ids that were kept before, with their place, and lays them aside', async () => {
  const file = write(attempt(0), '{"half": \n', attempt(0, { ending: 'cost_limit' }), attempt(1));
  const out = join(temporaryFolder(), 'kept.jsonl');
  const { status, stdout, stderr } = await stepwright('filter', file, '-o', out, '--json');
  expect(status).toBe(1);
  expect(lastLine(stdout)).toMatchObject({ trajectories: 2, dropped: { schema: 1, duplicate_id: 1 }, rejected: 2 });
  const aside = rowsOf(`${out}.rejected.jsonl`);
  expect(aside).toMatchObject([{ line: 2 }, { line: 3, row: expect.stringContaining('"cost_limit"') }]);
  for (const { line, byte_offset, why } of aside)
    expect(stderr).toContain(`${file}:${line}: byte ${byte_offset}: ${why}`);
  expect((await stepwright('filter', file, '-o', out, '--drop', 'duplicate_id', '--max-steps', '0')).status).toBe(1);
  expect((await stepwright('filter', write(attempt(0), attempt(0)), '-o', out, '--drop', 'duplicate_id')).status).toBe(
    0,
  );
  expect(existsSync(`${out}.rejected.jsonl`)).toBe(false);
});

const sweBench = join(import.meta.dirname, '../../../../shared/data/swe-bench/swe-bench-dev-easy.json');

test.skipIf(!existsSync(sweBench))(`filter drops what SWE-bench asks (needs ${sweBench})`, async () => {
  const row = JSON.parse(readFileSync(sweBench, 'utf8')).find(({ instance_id }: { instance_id: string }) =>
    instance_id.includes('1458'),
  );
  const commit = row.base_commit.slice(0, 8);
  const file = write(
    attempt(0, { instance_id: row.instance_id }),
    attempt(1, { instance_id: `pydicom__pydicom.${commit}.func_pm_op_swap__abcdefgh` }),
    attempt(2, { instance_id: 'elsewhere', patch: row.patch }),
    attempt(3, { instance_id: 'pydicom__pydicom-9999' }),
  );
  const { stdout } = await stepwright(
    'filter',
    file,
    '-o',
    join(temporaryFolder(), 'kept.jsonl'),
    '--not-in',
    sweBench,
    '--json',
  );
  expect(lastLine(stdout)).toMatchObject({
    trajectories: 1,
    steps: 1,
    dropped: { contaminated_instance: 1, contaminated_commit: 1, contaminated_patch: 1 },
  });
});

test.each([
  ['a file that is not there', ['lint', '/nowhere.jsonl'], '/nowhere.jsonl: no such file'],
  ['an unknown rule', ['lint', 'x', '--rule', 'typo'], '--rule: expected one of schema,'],
  [
    'a share that is none',
    ['filter', 'x', '-o', 'y', '--similarity', '2'],
    '--similarity: expected a number from 0.7 to 1, got "2".',
  ],
])('%s is one clear line and exit code 2', async (_, argv, message) => {
  const { status, stderr } = await stepwright(...argv);
  expect(status).toBe(2);
  expect(stderr).toContain(message);
  expect(stderr).not.toContain('    at ');
});

test.each([
  ['lint', '--redact', '--out'],
  ['filter', '--out'],
])('%s rejects a row that got too long to be read again, and writes those beside it', async (...words) => {
  // A chat log says once what a trajectory says in its messages and in its steps.
  const long = `${JSON.stringify(toSweSmith(attempt(1, { steps: [bashStep(`echo ${'x'.repeat(9000)}`, 'OBSERVATION:\n')] })))}\n`;
  const [file, out] = [write(attempt(0), long, attempt(2)), join(temporaryFolder(), 'out.jsonl')];
  const { status, stdout } = await stepwright(
    words[0]!,
    file,
    ...words.slice(1),
    out,
    ...['--max-row-mib', String(long.length / 1024 / 1024), '--json'],
  );
  expect(status).toBe(1);
  expect(lastLine(stdout)).toMatchObject(words[0] === 'lint' ? { errors: 1 } : { trajectories: 2, rejected: 1 });
  expect(rowsOf(out).map(({ attempt }) => attempt)).toEqual([0, 2]);
  expect(rowsOf(`${out}.rejected.jsonl`)).toMatchObject([
    { line: 2, why: expect.stringMatching(/^a row of \d+ bytes is/) },
  ]);
});
