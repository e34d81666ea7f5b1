// Converting files that nobody vouches for: the good rows are kept, each bad one is told, counted and written aside with its place.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../../src/core/run/events.ts';
import { convertTrajectories } from '../../../src/data/trajectory/convert.ts';
import type { ConvertTrajectoriesOptions } from '../../../src/data/trajectory/convert-options.ts';
import { toAtif } from '../../../src/data/trajectory/formats/out/atif.ts';
import { toMini } from '../../../src/data/trajectory/formats/out/mini.ts';
import { toSweSmith } from '../../../src/data/trajectory/formats/out/swe-smith.ts';
import { temporaryFolder } from '../../support/temp.ts';
import { aTrajectory } from '../../support/trajectory.ts';

const line = (id: string, more: object = {}): string =>
  `${JSON.stringify({ ...toSweSmith(aTrajectory({ instance_id: id })), ...more })}\n`;
const linesOf = (path: string) =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((row) => JSON.parse(row));

const MIB = 1024 * 1024;

async function convert(content: string | Uint8Array, options: Partial<ConvertTrajectoriesOptions> = {}) {
  const dir = temporaryFolder();
  const file = join(dir, 'in.jsonl');
  writeFileSync(file, content);
  const out = join(dir, 'out.jsonl');
  const said: string[] = [];
  const onEvent = (event: RunEvent): void => {
    if (event.type === 'warn') said.push(event.text);
  };
  const counts = await convertTrajectories({ paths: [file], to: 'stepwright', out, ...options }, { onEvent });
  const kept = counts.trajectories === 0 ? [] : linesOf(out);
  const rejected = existsSync(`${out}.rejected.jsonl`) ? linesOf(`${out}.rejected.jsonl`) : [];
  return { counts, said, kept, rejected, file };
}

test('a row that got too long to be read again is rejected, and those beside it are written', async () => {
  const long = line('long', { messages: [{ role: 'user', content: '\u0001'.repeat(4000) }] });
  const { counts, kept, rejected, said, file } = await convert(line('a') + long + line('b'), {
    maxRowMib: long.length / MIB,
  });
  expect(kept.map(({ instance_id }) => instance_id)).toEqual(['a', 'b']);
  expect(counts).toMatchObject({ trajectories: 2, rejected: 1 });
  expect(Object.keys(counts.dropped)).toEqual(['a row of n bytes is not written, up to n are read']);
  expect(rejected).toMatchObject([
    { file, line: 2, why: expect.stringMatching(/^a row of \d+ bytes/), row: long.trim() },
  ]);
  expect(said).toHaveLength(1);
});

describe('one bad row costs itself:', () => {
  test.each<[string, string | Uint8Array, RegExp]>([
    ['JSON cut in the middle', '{"instance_id":"x","messages":[', /not JSON \(/],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), /not UTF-8 from its byte 2/],
    ['NUL bytes', '{"a":"\0"}', /NUL at its byte 6/],
    ['deep nesting', `{"messages":${'['.repeat(5000)}${']'.repeat(5000)}}`, /nested deeper than 200/],
    ['a row of nothing known', '{"tea":1,"pot":2}', /of no known format: an object of `tea`, `pot`/],
    ['a row that is no object', '17', /of no known format: number/],
    [
      'a schema from the future',
      JSON.stringify({ ...aTrajectory(), schema_version: 9 }),
      /`schema_version`: is 9, this Stepwright reads 1/,
    ],
    [
      'ATIF from the future',
      JSON.stringify({ ...toAtif(aTrajectory()), schema_version: 'ATIF-v1.9' }),
      /`schema_version`: is "ATIF-v1.9", up to ATIF-v1.8/,
    ],
    [
      'a mini-swe-agent of the future',
      JSON.stringify({ ...toMini(aTrajectory()), trajectory_format: 'mini-swe-agent-2' }),
      /`trajectory_format`: is "mini-swe-agent-2", up to mini-swe-agent-1.1 is read/,
    ],
    ['an empty list', '[]', /of no known format: a list/],
    ['a message without a role', line('x', { messages: [{ content: 'a' }] }).trim(), /`messages.0.role`/],
    ['an id that leaves its folder', line('../../etc/passwd', { traj_id: 'x' }).trim(), /`instance_id`: no safe id/],
    ['an id with a NUL', line('x', { traj_id: 'a\0b' }).trim(), /`trajectory_id`: no safe id/],
    ['an absolute id', line('x', { traj_id: '/etc/passwd' }).trim(), /`trajectory_id`: no safe id/],
    ['an id that stood before', line('good-1').trim(), /trajectory_id "good-1\/test\/0" is at .*in\.jsonl:1 already/],
  ])('%s', async (_, row, why) => {
    const first = line('good-1');
    const content = Buffer.concat([Buffer.from(first), Buffer.from(row), Buffer.from(`\n${line('good-2')}`)]);
    const { counts, said, kept, rejected, file } = await convert(content);
    expect(kept.map(({ instance_id }) => instance_id)).toEqual(['good-1', 'good-2']);
    expect(rejected).toMatchObject([
      { file, line: 2, byte_offset: Buffer.byteLength(first), why: expect.stringMatching(why) },
    ]);
    expect(said).toEqual([expect.stringMatching(new RegExp(`in\\.jsonl:2: byte ${Buffer.byteLength(first)}: `))]);
    expect(said[0]).toMatch(/^[^\n\0]*$/);
    expect(counts).toMatchObject({ trajectories: 2, steps: 2, rejected: 1 });
    expect(Object.values(counts.dropped)).toEqual([1]);
  });
});

test('a good row is written aside as it stood, a file without bad ones leaves nothing aside', async () => {
  const { rejected } = await convert('{"tea":1}\n');
  expect(rejected[0]).toMatchObject({ row: '{"tea":1}', length: 9 });
  expect((await convert(line('a'))).rejected).toEqual([]);
});

test('an id that stood before is written aside with its row; an attempt that was pending is no such thing', async () => {
  const row = line('a').trim();
  expect((await convert(`${row}\n${row}\n`)).rejected).toMatchObject([{ line: 2, row }]);
  const attempts = (['cancelled', 'submitted'] as const).map((ending) => aTrajectory({ ending }));
  const { kept, counts } = await convert(attempts.map((attempt) => `${JSON.stringify(attempt)}\n`).join(''));
  expect(kept.map(({ ending }) => ending)).toEqual(['cancelled', 'submitted']);
  expect(counts.rejected).toBe(0);
});

test('reasons are counted without what is peculiar to a row', async () => {
  const { counts } = await convert(
    `{"a":\n{"ab":\n${line('x', { messages: [{}] })}${line('y', { messages: [{ role: 'user' }, {}] })}`,
  );
  expect(Object.entries(counts.dropped)).toEqual([
    ['not JSON', 2],
    [expect.stringMatching(/^`messages.n.role` is missing/), 2],
  ]);
});

test.each([
  ['gzip', (text: string) => gzipSync(text)],
  ['zstd', (text: string) => execFileSync('zstd', ['-c', '-q'], { input: text })],
])('a cut %s file gives what came before the cut', async (name, compress) => {
  // Texts that do not compress away.
  const rows = Array.from({ length: 400 }, (_, n) =>
    line(`i-${n}`, {
      patch: Buffer.from(Array.from({ length: 900 }, (_, k) => (n * 7919 + k * k * 104729) % 251)).toString('base64'),
    }),
  );
  const { counts, rejected } = await convert(compress(rows.join('')).subarray(0, -4000));
  expect(counts.trajectories).toBeGreaterThan(0);
  expect(counts.rejected).toBe(1);
  expect(rejected).toMatchObject([{ line: counts.trajectories + 1, why: expect.stringMatching(`^${name}: `) }]);
});

test('a row of a list is told by its place in it', async () => {
  const { kept, rejected } = await convert(`[${line('a').trim()},{"tea":1},${line('b').trim()}]`);
  expect(kept.map(({ provenance }) => provenance.source.index)).toEqual([0, 2]);
  expect(rejected).toMatchObject([
    { line: 1, index: 1, why: expect.stringMatching(/^of no known format/), row: '{"tea":1}' },
  ]);
});

test('a list too long for one row gives the same trajectories, and a cut one those before the cut', async () => {
  const list = `[${['a', 'b', 'c'].map((id) => line(id).trim()).join(',')}]`;
  const whole = await convert(list);
  const long = await convert(list, { maxRowMib: (list.length - 1) / MIB });
  const told = ({ kept }: typeof whole) => kept.map(({ trajectory_id, steps }) => ({ trajectory_id, steps }));
  expect(told(long)).toEqual(told(whole));
  const cut = await convert(list.slice(0, -20));
  expect(told(cut)).toEqual(told(whole).slice(0, 2));
  expect(cut.rejected).toMatchObject([{ line: 1, byte_offset: list.lastIndexOf(',{"messages"') + 1 }]);
});

test('a chat that is cut is one bad row, not one for each message', async () => {
  const chat = JSON.stringify(toSweSmith(aTrajectory()).messages, null, 2);
  expect((await convert(chat.slice(0, -20))).rejected).toMatchObject([{ line: 1, byte_offset: 0 }]);
});

test('only what is resolved is kept when asked for', async () => {
  const { counts, kept } = await convert(
    `${line('a', { resolved: true })}${line('b', { resolved: false })}${line('c')}`,
    { onlyResolved: true },
  );
  expect(kept.map(({ instance_id }) => instance_id)).toEqual(['a']);
  expect(counts).toMatchObject({ trajectories: 1, dropped: { 'not resolved': 2 }, rejected: 0 });
});

test('the program reads a folder of many formats, passes over other files, and exits with 1 for bad rows', () => {
  const dir = temporaryFolder();
  mkdirSync(join(dir, 'in/deep'), { recursive: true });
  writeFileSync(join(dir, 'in/a.jsonl'), `${line('a')}${JSON.stringify(aTrajectory({ instance_id: 'b' }))}\n`);
  writeFileSync(
    join(dir, 'in/deep/trajectory.json'),
    JSON.stringify(toAtif(aTrajectory({ instance_id: 'c' })), null, 2),
  );
  writeFileSync(join(dir, 'in/no-ending'), gzipSync(line('d')));
  writeFileSync(join(dir, 'in/report.json'), '{"resolved": true}');
  writeFileSync(join(dir, 'in/evaluation.json'), '[{"repo": "a/b"}, {"repo": "a/c"}]');
  writeFileSync(join(dir, 'in/notes.md'), '# not one of them');
  const out = join(dir, 'out.jsonl.gz');
  const run = (...paths: string[]) => {
    const argv = ['bin/stepwright.mjs', 'convert', ...paths, '--to', 'openai', '--out', out, '--json'];
    const { status, stdout, stderr } = spawnSync('node', argv, { encoding: 'utf8' });
    return { status, stderr, counts: JSON.parse(stdout.trim().split('\n').at(-1)!) };
  };
  const good = run(join(dir, 'in'));
  expect(good).toMatchObject({
    status: 0,
    counts: {
      trajectories: 4,
      steps: 4,
      step_instances: 0,
      dropped: {},
      kinds: {},
      formats: { 'swe-smith': 2, stepwright: 1, atif: 1 },
      rejected: 0,
    },
  });
  for (const other of ['report.json', 'evaluation.json']) expect(good.stderr).toContain(`${other}: passed over`);
  expect(gunzipSync(readFileSync(out)).toString().trim().split('\n')).toHaveLength(4);
  const bad = run(join(dir, 'in'), join(dir, 'in/report.json'));
  expect(bad).toMatchObject({
    status: 1,
    counts: { trajectories: 4, rejected: 1, dropped: { 'of no known format': 1 } },
  });
  expect(linesOf(`${out}.rejected.jsonl`)).toHaveLength(1);
});

describe('Parquet', () => {
  const tokens = { type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' } as const;
  const messages = [
    { role: 'system', content: 's' },
    { role: 'user', content: 'fix it' },
    { role: 'assistant', content: '<function=bash>\n<parameter=command>ls</parameter>\n</function>' },
    { role: 'user', content: 'a.py' },
  ];
  const table = (ids: readonly string[], more: { name: string; data: unknown[] }[] = []): Buffer =>
    Buffer.from(
      parquetWriteBuffer({
        schema: [
          { name: 'root', num_children: 2 + more.length },
          { name: 'instance_id', ...tokens },
          { name: 'messages', converted_type: 'LIST', num_children: 1, repetition_type: 'OPTIONAL' },
          { name: 'list', num_children: 1, repetition_type: 'REPEATED' },
          { name: 'element', num_children: 2, repetition_type: 'OPTIONAL' },
          { name: 'role', ...tokens },
          { name: 'content', ...tokens },
          ...more.map(({ name }) => ({ name, ...tokens })),
        ],
        columnData: [
          { name: 'instance_id', data: [...ids] },
          { name: 'messages', data: ids.map(() => messages) },
          ...more,
        ],
        rowGroupSize: 2,
      }),
    );

  test('with messages as a list column is read, row group by row group', async () => {
    const ids = ['a', 'b', 'c', 'd', 'e'];
    const { counts, kept, rejected } = await convert(table(ids));
    expect(counts).toMatchObject({ trajectories: 5, steps: 5, rejected: 0 });
    expect(kept.map(({ instance_id }) => instance_id)).toEqual(ids);
    expect(kept[4]).toMatchObject({
      messages,
      steps: [{ action: messages[2]!.content, observation: 'a.py' }],
      provenance: { source: { line: 1, byte_offset: 0, index: 4 } },
    });
    expect(rejected).toEqual([]);
  });

  test('a row that is none is rejected with its number in the table', async () => {
    const { said, rejected, file } = await convert(table(['a', '../b', 'c']));
    expect(said[0]).toMatch(`${file}: row 2: `);
    expect(rejected).toMatchObject([{ file, line: 1, index: 1 }]);
  });

  test('that is cut is one bad row', async () => {
    const { counts, said } = await convert(table(['a']).subarray(0, -20));
    expect(counts).toMatchObject({ trajectories: 0, rejected: 1 });
    expect(said[0]).toMatch(/row 1: no readable Parquet \(.+\)/);
  });

  test('is found in folders, by name and by content; tables of other things are passed over', async () => {
    const dir = temporaryFolder();
    writeFileSync(join(dir, 'a.parquet'), table(['a']));
    writeFileSync(join(dir, 'blob'), table(['b']));
    writeFileSync(
      join(dir, 'other.parquet'),
      Buffer.from(parquetWriteBuffer({ columnData: [{ name: 'x', data: [1] }] })),
    );
    const notes: string[] = [];
    const onEvent = (event: RunEvent): void => void (event.type === 'note' && notes.push(event.text));
    const out = join(temporaryFolder(), 'out.jsonl');
    expect(await convertTrajectories({ paths: [dir], to: 'stepwright', out }, { onEvent })).toMatchObject({
      trajectories: 2,
    });
    expect(notes).toEqual([expect.stringMatching(/other\.parquet: passed over, .*`x`/)]);
  });
});

test('a named file without rows is a bad row; a folder without trajectories is an error', async () => {
  expect(await convert('\n')).toMatchObject({
    counts: { trajectories: 0, rejected: 1 },
    said: [expect.stringMatching(/in\.jsonl:1: byte 0: there are no rows in it/)],
  });
  const dir = temporaryFolder();
  writeFileSync(join(dir, 'report.json'), '{"resolved":1}');
  writeFileSync(join(dir, 'empty.jsonl'), '');
  const out = join(temporaryFolder(), 'out.jsonl');
  await expect(convertTrajectories({ paths: [dir], to: 'stepwright', out })).rejects.toThrow(
    'no file there has trajectories',
  );
  expect(existsSync(out)).toBe(false);
});

test('a named file of which no row is known is refused once, with the number of its rows', async () => {
  const { counts, said, rejected } = await convert('{"tea":1}\n{"tea":2}\n{"pot":3}\n');
  expect(said).toEqual([
    expect.stringMatching(/:1: byte 0: of no known format: an object of `tea`; none of its 3 rows is known$/),
  ]);
  expect(counts).toMatchObject({ trajectories: 0, rejected: 1 });
  expect(rejected).toMatchObject([{ line: 1, row: '{"tea":1}' }]);
});

test('unknown rows before a known one are each refused', async () => {
  const { counts, rejected } = await convert(`{"tea":1}\n{"tea":2}\n${line('a')}`);
  expect(counts).toMatchObject({ trajectories: 1, rejected: 2 });
  expect(rejected.map(({ row }) => row)).toEqual(['{"tea":1}', '{"tea":2}']);
});

test('what is in no step is counted: malformed replies, results that answer no call, fields that are not read', async () => {
  const messages = [
    { role: 'user', content: 'Fix' },
    { role: 'assistant', content: 'Hm.' },
    { role: 'user', content: 'Go on' },
    { role: 'assistant', content: '', tool_calls: [{ id: 'a', function: { name: 'bash', arguments: '{"command":' } }] },
    { role: 'tool', tool_call_id: 'z', content: 'lost' },
  ];
  const row = `${JSON.stringify({ messages, repo: 'o/r', score: 1, none: null })}\n`;
  const { counts } = await convert(`${row}${row.replace('Hm', 'Ah')}`);
  expect(counts).toMatchObject({ steps: 4, malformed: 4, orphans: 2, unused: { repo: 2, score: 2 } });
});

test('a field of a row that holds several trajectories is counted once', async () => {
  const root = (trajectory_id: string) => ({
    ...{ schema_version: 'ATIF-v1.7', trajectory_id, agent: { name: 'a' } },
    steps: [{ step_id: 1, source: 'agent', message: 'Done' }],
  });
  const { counts } = await convert(JSON.stringify({ ...root('a'), notes: 'x', subagent_trajectories: [root('b')] }));
  expect(counts).toMatchObject({ trajectories: 2, malformed: 2, unused: { notes: 1 } });
});
