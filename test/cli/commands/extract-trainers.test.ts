// What `extract` writes for TRL and veRL, loaded by Hugging Face's `datasets` and scored as the trainers do, in Python.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderReply } from '../../../src/agents/loop/action.ts';
import { readOwnRows } from '../../../src/core/io/own-rows.ts';
import { type StepInstance, stepInstanceSchema } from '../../../src/core/schema/step-instance.ts';
import { srlReward } from '../../../src/data/reward/srl-reward.ts';
import { saveTrajectories } from '../../../src/data/trajectory/load.ts';
import { testPython } from '../../support/python.ts';
import { aTrajectory, bashStep } from '../../support/trajectory.ts';

const PROGRAM = join(import.meta.dirname, '../../../bin/stepwright.mjs');
const found = testPython();
if ('why' in found) console.warn(`not tested: ${found.why}`);

const steps = [
  bashStep('grep -n "é🙂" a.py', 'OBSERVATION:\n1:é'),
  bashStep('cat > a.py <<END\n\nx = 1\nEND\n', 'OBSERVATION:\n'),
  bashStep('python -m pytest -q', 'OBSERVATION:\n1 passed'),
  { ...bashStep('', ''), action: '<function=submit>\n</function>', tool_call: { name: 'submit', arguments: {} } },
];
const trajectory = aTrajectory({ steps, resolved: true, provenance: { source_format: 'swe-smith' } });

/** Replies to a step: the expert's own, others, and what is no reply. */
const repliesTo = ({ action, thought }: StepInstance): string[] => [
  renderReply(thought, action),
  renderReply('other', action.replace('a.py', 'b.py').replace('pytest', 'unittest')),
  renderReply('', '<function=bash>\n<parameter=command>\n\nls\n\n</parameter>\n</function>'),
  action,
  `${renderReply('two', action)}\n${action}`,
  renderReply('<think>nested', action),
  `\ufeff ${renderReply('space', action)}\u2003`,
  `\x1c${renderReply('no space to JavaScript', action)}`,
  renderReply(
    'keys',
    '<function=bash>\n<parameter=b>1</parameter>\n<parameter=10>x</parameter>\n<parameter=2>y</parameter>\n<parameter=b>3</parameter>\n</function>',
  ),
  renderReply('between', '<function=bash>\n<parameter=command>ls</parameter> here\n</function>'),
  renderReply('later', `${action} <think>x</think>`),
  '',
];

describe.skipIf('why' in found)('step instances for trainers', () => {
  let instances: StepInstance[];
  const folder = mkdtempSync(join(tmpdir(), 'stepwright-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const extract = (out: string, ...flags: string[]) =>
    spawnSync('node', [PROGRAM, 'extract', join(folder, 'in.jsonl'), '-o', join(folder, out), ...flags], {
      encoding: 'utf8',
    });

  beforeAll(async () => {
    await saveTrajectories(join(folder, 'in.jsonl'), [trajectory]);
    expect(extract('steps.jsonl').status).toBe(0);
    instances = await readOwnRows(join(folder, 'steps.jsonl'), stepInstanceSchema);
  }, 60_000);

  test.each([
    ['trl', 'json', 'jsonl'],
    ['trl', 'parquet', 'parquet'],
    ['verl', 'json', 'jsonl'],
    ['verl', 'parquet', 'parquet'],
  ])('%s, loaded from %s', async (trainer, loader, ext) => {
    const out = `${trainer}/steps.${ext}`;
    expect(extract(out, '--to', trainer, '--shard-rows', '3').status).toBe(0);
    const files = [0, 1].map((i) => join(folder, `${trainer}/steps-0000${i}.${ext}`));
    const completions = instances.map(repliesTo);
    const script = join(import.meta.dirname, 'as-trainers.py');
    const { stdout } = await execa((found as { python: string }).python, [script, trainer, loader, ...files], {
      input: JSON.stringify(completions),
      env: { HF_HUB_OFFLINE: '1', HF_HOME: join(folder, 'huggingface') },
    });
    const { rows, rewards } = JSON.parse(stdout);
    expect(rewards).toEqual(
      instances.map((instance, i) => completions[i]!.map((text) => srlReward(text, instance.action).reward)),
    );
    expect(rows.map(({ prompt }: StepInstance) => prompt)).toEqual(instances.map(({ prompt }) => prompt));
    const told = rows.map((row: Record<string, object>) => (trainer === 'trl' ? row : row.extra_info));
    expect(told).toMatchObject(
      instances.map(({ id, kind, split, step, thought }) => ({ id, kind, split, step, thought })),
    );
  });
});
