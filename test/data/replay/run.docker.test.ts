// As a user of the library replays: what a scripted teacher did on katas that ship, again in real containers.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  collectRun,
  loadInstances,
  loadTrajectories,
  type RunEvent,
  replayRowSchema,
  replayRun,
} from '../../../src/index.ts';
import { temporaryFolder } from '../../support/temp.ts';

let recorded: string;
beforeAll(async () => {
  const id = (await loadInstances('katas')).slice(0, 2).map(({ instance_id }) => instance_id);
  const dir = await mkdtemp(join(tmpdir(), 'stepwright-test-'));
  recorded = join(dir, 'recorded.jsonl');
  await collectRun({ tasks: ['katas'], id, prompt: 'brief', judge: false, run: join(dir, 'run'), out: recorded });
});
afterAll(() => rm(dirname(recorded), { recursive: true }));

const rowsIn = async (run: string) =>
  (await readFile(join(run, 'replay.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => replayRowSchema.parse(JSON.parse(line)));

describe('replayRun', () => {
  test('gives events, a result and a run folder, and goes on in that folder after an abort', async () => {
    const run = join(temporaryFolder(), 'run');
    const options = { paths: [recorded], jobs: 1, judge: false, run };
    const stop = new AbortController();
    const onEvent = (event: RunEvent): void => void (event.type === 'progress' && stop.abort());
    await expect(replayRun(options, { onEvent, signal: stop.signal })).rejects.toThrow('abort');
    const [first, ...others] = await rowsIn(run);
    expect(others).toEqual([]);

    const events: RunEvent[] = [];
    const { rows, ...result } = await replayRun(options, { onEvent: (event) => void events.push(event) });
    expect(result).toMatchObject({
      ...{ trajectories: 2, different: 0, fidelity: 1, diff_equal: 2, errors: 0, lost: [], unknown: [], rejected: 0 },
      ...{ run, isFaithful: true },
    });
    expect(events).toContainEqual({ type: 'stage', name: 'replaying', total: 2 });
    expect(rows[0]).toEqual(first);
    expect(await rowsIn(run)).toEqual(rows);
  });

  test('says which steps differ from the recording, and that it was not faithful', async () => {
    const dir = temporaryFolder();
    const [trajectory] = await loadTrajectories([recorded]);
    const steps = trajectory!.steps.map((step, index) => (index === 1 ? { ...step, observation: 'stale' } : step));
    const paths = [join(dir, 'stale.jsonl')];
    await writeFile(paths[0]!, `${JSON.stringify({ ...trajectory!, steps })}\n`);
    const result = await replayRun({ paths, judge: false, run: join(dir, 'run') });
    expect(result).toMatchObject({ different: 1, isFaithful: false });
    expect(result.first_differences).toMatchObject([{ step: 1, recorded: 'stale' }]);
    expect((await replayRun({ paths, judge: false, run: join(dir, 'lenient'), failUnder: 0.5 })).isFaithful).toBe(true);
  });
});
