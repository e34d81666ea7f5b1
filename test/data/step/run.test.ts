// As a user of the library extracts.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { extractRun, openTokenCounter, type RunEvent, stepInstanceSchema } from '../../../src/index.ts';
import { temporaryFolder } from '../../support/temp.ts';
import { aTrajectory, bashStep } from '../../support/trajectory.ts';

const observation = `here\n${'and there\n'.repeat(400)}`;

async function someTrajectories(...others: string[]): Promise<{ trajectories: string[]; out: string }> {
  const dir = temporaryFolder();
  const steps = ['ls', 'cat a.py'].map((command) => bashStep(command, observation));
  const rows = [1, 2].map((i) => JSON.stringify(aTrajectory({ trajectory_id: `t-${i}`, steps, resolved: true })));
  await writeFile(join(dir, 'in.jsonl'), [...others, ...rows].map((row) => `${row}\n`).join(''));
  return { trajectories: [join(dir, 'in.jsonl')], out: join(dir, 'steps.jsonl') };
}

const instancesIn = async (path: string) =>
  (await readFile(path, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => stepInstanceSchema.parse(JSON.parse(line)));

describe('extractRun', () => {
  test('gives events, a result and the files; an abort leaves what was there', async () => {
    const files = await someTrajectories('{"no": "trajectory"');
    const options = { ...files, split: 'train' as const, workers: 0 };
    await writeFile(files.out, 'of the run before\n');
    const stop = new AbortController();
    const events: RunEvent[] = [];
    const onEvent = (event: RunEvent): void => {
      events.push(event);
      stop.abort();
    };
    await expect(extractRun(options, { onEvent, signal: stop.signal })).rejects.toThrow('abort');
    expect(events).toMatchObject([{ type: 'warn', text: expect.stringMatching(/in\.jsonl:1: byte \d+: not JSON/) }]);
    expect(await readFile(files.out, 'utf8')).toBe('of the run before\n');

    const result = await extractRun(options);
    expect(result).toMatchObject({
      ...{ trajectories: 2, steps: 4, step_instances: 4, written: 4, rejected: 1 },
      ...{ out: files.out, files: [files.out], splits: { train: 4, heldout: 0 } },
    });
    expect(await instancesIn(files.out)).toHaveLength(4);
  });

  test('counts prompts in the tokens of a student', async () => {
    const options = { ...(await someTrajectories()), split: 'train' as const, maxPromptTokens: 300 };
    await expect(extractRun(options)).rejects.toThrow('--max-prompt-tokens: whose tokens?');
    const { prompt_length, clipped } = await extractRun(options, {
      counter: await openTokenCounter('students/base-tiny'),
    });
    expect(prompt_length.max).toBeLessThanOrEqual(300);
    expect(clipped).toBe(2);
  });
});
