// As a user of the library scores: gold patches, and a model of their own, in real containers.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { type Model, noUsage, type RunEvent, renderAction, scoreRun } from '../../../src/index.ts';
import { temporaryFolder } from '../../support/temp.ts';
import { openToolz, REPAIR, type Toolz } from '../../world/judge/toolz.ts';

let toolz: Toolz;
beforeAll(async () => {
  toolz = await openToolz();
});

function prepare(): { tasks: string[]; run: string } {
  const dir = temporaryFolder();
  vi.stubEnv('STEPWRIGHT_CACHE', dir);
  const tasks = join(dir, 'tasks.jsonl');
  writeFileSync(tasks, `${JSON.stringify(toolz.instance)}\n`);
  return { tasks: [tasks], run: join(dir, 'run') };
}

/** A class, as a user may write it: its method is not its own property, and what it keeps is private. */
class Repairer implements Model {
  readonly name = 'repairer';
  readonly settings = {};
  readonly #commands = [renderAction({ name: 'bash', arguments: { command: REPAIR } })];
  async query() {
    const action = this.#commands.shift() ?? renderAction({ name: 'submit', arguments: {} });
    return { text: `<think>Next.</think>\n${action}`, toolCalls: [], usage: noUsage, costUsd: 0 };
  }
}

describe('scoreRun', () => {
  test('judges gold patches, and gives events, a report and a run folder', async () => {
    const { tasks, run } = prepare();
    const events: RunEvent[] = [];
    const result = await scoreRun({ tasks, run, predictions: 'gold' }, { onEvent: (event) => events.push(event) });
    expect(result).toMatchObject({ name: 'gold', resolved_ids: ['toolz__last'], resolve_rate: 1, passed: true, run });
    expect(events).toContainEqual({ type: 'stage', name: `scoring gold into ${run}`, total: 1 });
    const { run: _, passed: __, ...report } = result;
    expect(JSON.parse(readFileSync(join(run, 'report.json'), 'utf8'))).toEqual(report);
  });

  test("lets a model of the caller's attempt the instances, and judges what it made", async () => {
    const { tasks, run } = prepare();
    const result = await scoreRun({ tasks, run }, { model: new Repairer() });
    expect(result).toMatchObject({ name: 'repairer', resolved_instances: 1, steps_mean: 2 });
  });

  test('refuses no contestant, and two of them, before a container is opened', async () => {
    const { tasks, run } = prepare();
    await expect(scoreRun({ tasks, run })).rejects.toThrow('Give either');
    const both = scoreRun({ tasks, run, predictions: 'gold' }, { model: new Repairer() });
    await expect(both).rejects.toThrow('Give either');
    expect(existsSync(run)).toBe(false);
  });
});
