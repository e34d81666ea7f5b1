// What commands do not use is counted in their last line, and no command that made nothing ends with 0.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runInProcess } from '../support/in-process.ts';
import { anInstance } from '../support/instance.ts';
import { temporaryFolder } from '../support/temp.ts';
import { aTrajectory } from '../support/trajectory.ts';

const ROOT = join(import.meta.dirname, '../..');

async function stepwright(files: Record<string, string>, ...argv: string[]) {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, 'board'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  const env = { DOCKER_HOST: 'tcp://127.0.0.1:9', STEPWRIGHT_NO_INSTALL: '1' };
  const { status, stdout, stderr } = await runInProcess(argv, { cwd, env });
  const lines = (text: string) => text.trim().split('\n');
  return {
    cwd,
    status,
    stdout,
    stderr,
    said: lines(stderr),
    last: lines(stderr).at(-1)!,
    printed: lines(stdout).at(-1)!,
  };
}

const read = {
  convert: ['convert', 'rows.jsonl', '--to', 'stepwright', '-o', 'out.jsonl'],
  extract: ['extract', 'rows.jsonl', '-o', 'out.jsonl', '--split', 'train'],
  filter: ['filter', 'rows.jsonl', '-o', 'out.jsonl'],
  lint: ['lint', 'rows.jsonl'],
};
const train = ['train', '--method', 'sft', '--student', join(ROOT, 'students/base-tiny'), '--run', 'run'];
const others = {
  replay: ['replay', 'rows.jsonl', '--run', 'run'],
  'reward --pairs': ['reward', '--pairs', 'rows.jsonl', '--workers', '0'],
  'tasks import': ['tasks', 'import', 'rows.jsonl', '--suite', 's', '--out', 'out'],
  'score --predictions': ['score', '--tasks', 'katas', '--run', 'run', '--predictions', 'rows.jsonl'],
  'train --steps': [...train, '--steps', 'rows.jsonl'],
  leaderboard: ['leaderboard', 'board'],
};

describe.each<[string, string]>([
  ['an empty file', ''],
  ['half a row', '{"instance_id": "a'],
])('%s is never exit code 0, and is spoken of, by', (_, text) => {
  test.each(Object.entries({ ...read, ...others }))('%s', async (_, argv) => {
    const { status, stderr, stdout } = await stepwright({ 'rows.jsonl': text }, ...argv);
    expect([1, 2]).toContain(status);
    expect(stderr + stdout).toMatch(/rows\.jsonl|board/);
  });
});

const resolvedNot = `${JSON.stringify(aTrajectory({ resolved: false }))}\n`;

test.each<[string, string[], string]>([
  ['convert', [...read.convert, '--only-resolved'], '0 trajectories, 0 steps → out.jsonl; dropped: not resolved 1'],
  ['filter', [...read.filter, '--only-resolved'], '0 trajectories, 0 steps → out.jsonl; dropped: unresolved 1'],
])('%s says in its last line what it dropped and why', async (_, argv, line) => {
  expect((await stepwright({ 'rows.jsonl': resolvedNot }, ...argv)).last).toContain(line);
});

test.each([
  ['tasks list', ['tasks', 'list']],
  ['tasks validate', ['tasks', 'validate']],
  ['score', ['score', '--predictions', 'gold', '--tasks']],
  ['collect', ['collect', '--tasks']],
])('%s of a selection without an instance is refused', async (_, argv) => {
  const { status, last } = await stepwright({}, ...argv, 'katas', '--filter', 'no-such-id');
  expect(status).toBe(2);
  expect(last).toMatch(/^error: No instance of katas is selected \(of \d+\)\. Check --split/);
});

test.each<[string, string[]]>([
  ['convert', [...read.convert, '--only-resolved']],
  ['filter', [...read.filter, '--only-resolved']],
  ['extract', [...read.extract, '--only', 'heldout']],
])('%s that leaves all rows out writes an empty file, and ends with 1', async (_, argv) => {
  const { status, cwd } = await stepwright({ 'rows.jsonl': resolvedNot }, ...argv);
  expect(status).toBe(1);
  expect(readFileSync(join(cwd, 'out.jsonl'), 'utf8')).toBe('');
});

const messages = [
  { role: 'user', content: 'Fix' },
  { role: 'assistant', content: 'Hm.' },
  { role: 'user', content: 'Go on' },
  {
    role: 'assistant',
    content: '',
    tool_calls: [{ id: 'a', function: { name: 'bash', arguments: '{"command":"ls"}' } }],
  },
  { role: 'tool', tool_call_id: 'z', content: 'lost' },
  { role: 'tool', tool_call_id: 'a', content: 'a.py' },
  {
    role: 'assistant',
    content: '',
    tool_calls: [{ id: 'b', function: { name: 'bash', arguments: '{"command":"cat"}' } }],
  },
  { role: 'tool', tool_call_id: 'b', content: 'x' },
];
const chat = (id: string) => `${JSON.stringify({ instance_id: id, messages, score: 1, tag: 'x', none: null })}\n`;
const rows = `${chat('a')}${chat('b')}nonsense\n`;
const COUNTED =
  '; 1 row rejected; 2 malformed replies; 2 results that answer no call; fields not used: score (2), tag (2)';

describe('rows, replies, results and fields that are not used are counted in the last line of', () => {
  test.each(Object.entries(read))('%s, and in its JSON', async (_, argv) => {
    const { last, printed } = await stepwright({ 'rows.jsonl': rows }, ...argv, '--json');
    expect(last.endsWith(COUNTED)).toBe(true);
    expect(JSON.parse(printed)).toMatchObject({ rejected: 1, malformed: 2, orphans: 2, unused: { score: 2, tag: 2 } });
  });

  test('extract on threads', async () => {
    const { last } = await stepwright({ 'rows.jsonl': rows }, ...read.extract, '--workers', '2');
    expect(last.endsWith(COUNTED)).toBe(true);
  });

  test('filter, once, though a cap reads the rows twice', async () => {
    const { last } = await stepwright({ 'rows.jsonl': rows }, ...read.filter, '--per-instance', '1');
    expect(last.endsWith(COUNTED)).toBe(true);
  });

  test('tasks import', async () => {
    const task = JSON.stringify({ ...anInstance(), created_at: '2026', none: null });
    const { printed, status } = await stepwright(
      { 'rows.jsonl': `${task}\n{"repo":"a/b"}\n` },
      ...others['tasks import'],
    );
    expect(printed).toBe(
      '1 instance imported, 1 row refused: out; fields not used: split (1), datasets (1), metadata (1), created_at (1)',
    );
    expect(status).toBe(1);
  });

  test('reward', async () => {
    const { last } = await stepwright({ 'rows.jsonl': '{"a":"","b":""}\n{"a":1}\n' }, ...others['reward --pairs']);
    expect(last).toBe('rows without a reward: 1');
  });

  test('leaderboard, as folders without a run', async () => {
    const report = '{"resolved_instances":1,"submitted_instances":2}';
    const { last, status } = await stepwright({ 'board/report.json': report }, 'leaderboard', 'board', '.');
    expect(status).toBe(0);
    expect(last).not.toContain('left out');
    const empty = temporaryFolder();
    const beside = await stepwright({ 'board/report.json': report }, 'leaderboard', 'board', empty);
    expect(beside.last).toContain(
      `left out, without a report.json of \`score\` or points in a metrics.jsonl of \`train\`: ${empty}`,
    );
  });
});

describe("another tool's log is refused once, with a count, by", () => {
  const events = Array.from({ length: 5 }, (_, n) => JSON.stringify({ timestamp: n, type: 'x', payload: {} })).join(
    '\n',
  );
  test.each(Object.entries(read))('%s', async (_, argv) => {
    const { status, stdout, stderr } = await stepwright({ 'rows.jsonl': events }, ...argv);
    expect(status).toBe(1);
    expect((stdout + stderr).match(/a rollout of Codex; none of its 5 rows is known/g)).toHaveLength(1);
  });

  test('extract, with the rows before the first known one each refused', async () => {
    const { last, cwd } = await stepwright({ 'rows.jsonl': `${events}\n${chat('a')}` }, ...read.extract);
    expect(last).toContain('; 5 rows rejected;');
    expect(readFileSync(join(cwd, 'out.jsonl.rejected.jsonl'), 'utf8').trim().split('\n')).toHaveLength(5);
  });
});
