// Run folders that an earlier version wrote (test/fixtures/former-runs) open and go on: without `inputs` and `config.yaml`, without the
// options and counters that came later, under another default seed.
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resumeRows } from '../../../src/core/io/own-rows.ts';
import { resolveRunOptions, savedDefaults } from '../../../src/core/run/application.ts';
import { openRun } from '../../../src/core/run/run-dir.ts';
import { verdictSchema } from '../../../src/core/schema/verdict.ts';
import { collectSchema } from '../../../src/data/collect/options.ts';
import { openFolder } from '../../../src/data/collect/run-folder.ts';
import { replayRowSchema } from '../../../src/data/replay/replay-all.ts';
import { openStore } from '../../../src/data/trajectory/store.ts';
import { readParameters } from '../../../src/learning/student/checkpoint/parameters.ts';
import { trainOptionsSchema } from '../../../src/learning/train/options/options.ts';
import { openVerdictCache } from '../../../src/world/judge/verdict-cache.ts';
import { trainMethod } from '../../learning/train/methods.ts';
import { rowsOf, smallStudent, trainingBench } from '../../learning/train/support.ts';
import { temporaryFolder } from '../../support/temp.ts';

const FORMER = join(import.meta.dirname, '..', '..', 'fixtures', 'former-runs');

function former(name: string): string {
  const dir = join(temporaryFolder(), name);
  cpSync(join(FORMER, name), dir, { recursive: true });
  return dir;
}

const unexpected = (event: { type: string; text?: string }): void => {
  throw new Error(event.text);
};

test('collect goes on, and its attempt is done', async () => {
  const run = former('collect');
  const given = { tasks: ['katas'], prompt: 'brief', slice: '1', run };
  const { options, resolved } = await resolveRunOptions(collectSchema, given);
  await using folder = await openFolder(options, resolved, []);
  expect(folder).toMatchObject({ resumed: true, id: 'collect-a5c5758a' });
  await using store = await openStore(folder.path('trajectories.jsonl'), unexpected);
  const [attempt] = store.all();
  const id = {
    instanceId: attempt!.instance_id,
    attempt: 0,
    model: 'scripted',
    configHash: attempt!.provenance.config_hash!,
  };
  expect(store.find(id)).toMatchObject({ ending: 'submitted', resolved: true });
});

test('a setting that differs is named, and none that came later', async () => {
  const { options, resolved } = await resolveRunOptions(collectSchema, {
    ...{ tasks: ['katas'], prompt: 'native', slice: '1', run: former('collect') },
  });
  await expect(openFolder(options, resolved, [])).rejects.toThrow(/was run with another prompt\./);
});

test.each([
  { name: 'score', config: { name: 'gold', instances: 'c491909fd889', predictions: '64a1f42bc119' } },
  { name: 'replay', config: { paths: ['trajectories.jsonl'], update: false } },
])('$name goes on, and its rows are read', async ({ name, config }) => {
  await using run = await openRun({ command: name, config, inputs: {}, dir: former(name) });
  expect(run.resumed).toBe(true);
  const [file, schema] =
    name === 'score' ? (['verdicts.jsonl', verdictSchema] as const) : (['replay.jsonl', replayRowSchema] as const);
  expect((await resumeRows<unknown>(run.path(file), schema, unexpected)).rows).toHaveLength(1);
});

test('a cached verdict of former grading is readable, under a key that no patch has any more', async () => {
  const folder = former('verdicts');
  const [shelf] = readdirSync(folder);
  const [file] = readdirSync(join(folder, shelf!));
  const key = file!.replace('.json', '');
  expect(await openVerdictCache(folder).get(key, 'x')).toMatchObject({ outcome: 'completed', instance_id: 'x' });
});

test('training goes on from its checkpoint with its seed and its KL estimator, to the same student', async () => {
  const run = former('train');
  const saved = JSON.parse(readFileSync(join(run, 'run.json'), 'utf8'));
  const state = JSON.parse(readFileSync(join(run, 'checkpoint', 'trainer_state.json'), 'utf8'));
  const settings = { method: 'sft', updates: 4, batch: 2, saveEvery: 2, seed: 0, validationSize: 1 };
  const whole = await trainingBench(settings);
  const expected = await trainMethod(whole.options, whole.context);

  const cut = await trainingBench(settings);
  const stop = new AbortController();
  const emit = (event: { type: string; text?: string }) => void (event.text?.startsWith('update 2/4') && stop.abort());
  await expect(trainMethod(whole.options, { ...cut.context, emit, signal: stop.signal })).rejects.toThrow();
  // As the earlier version has it: its options, and a state without what is counted since.
  const dir = join(cut.dir, 'run');
  const { backend, workers, jobs, gradientCheckpointing, ...identity } = whole.options;
  const config = Object.fromEntries(Object.entries(identity).filter(([name]) => name in saved.config));
  writeFileSync(
    join(dir, 'run.json'),
    JSON.stringify({ ...saved, config: { ...config, klEstimator: saved.config.klEstimator } }),
  );
  const checkpoint = join(dir, 'checkpoint', 'trainer_state.json');
  const now = JSON.parse(readFileSync(checkpoint, 'utf8'));
  writeFileSync(checkpoint, JSON.stringify(Object.fromEntries(Object.keys(state).map((name) => [name, now[name]]))));
  rmSync(join(dir, 'config.yaml'), { force: true });

  expect(await savedDefaults(trainOptionsSchema, dir)).toEqual({ seed: 0, klEstimator: 'k3' });
  const result = await trainMethod({ ...whole.options, klEstimator: 'k3' }, cut.context);
  const { config: layout } = smallStudent();
  expect(await readParameters(result.last, layout)).toEqual(await readParameters(expected.last, layout));
  expect((await rowsOf(cut.dir)).flatMap(({ update, loss }) => (loss === undefined ? [] : [update]))).toEqual([
    1, 2, 3, 4,
  ]);
});
