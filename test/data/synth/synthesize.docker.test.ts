// Instances made in real containers, then judged by the real scorer: gold resolves, no change does not.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../../../src/cli/main.ts';
import { validateInstance } from '../../../src/data/synth/validate.ts';
import { createJudge } from '../../../src/world/judge/judge.ts';
import { openBackend } from '../../../src/world/sandbox/backend.ts';
import { loadEnvironment } from '../../../src/world/task/environments.ts';
import { loadInstances } from '../../../src/world/task/load.ts';
import { temporaryFolder } from '../../support/temp.ts';

test('tasks synth makes instances that tasks validate accepts, and that a wrong patch does not resolve', async () => {
  const dir = temporaryFolder();
  const out = join(dir, 'suite');
  const synth = ['tasks', 'synth', '--env', 'katas', '--suite', 'trial', '--count', '2', '--per-function', '1'];
  const code = await run([
    ...synth,
    '--kinds',
    'comparison',
    'arithmetic_operator',
    '--out',
    out,
    '--run',
    join(dir, 'run'),
  ]);
  expect(code).toBe(0);
  const instances = await loadInstances(out);
  expect(instances.length).toBeGreaterThan(0);

  expect(await run(['tasks', 'validate', out, '--run', join(dir, 'validate')])).toBe(0);

  const environment = await loadEnvironment('katas');
  const judge = createJudge({ backend: await openBackend(), environmentOf: () => environment });
  const [instance] = instances as [(typeof instances)[number]];
  const broken = { ...instance, FAIL_TO_PASS: [...instance.FAIL_TO_PASS, 'no.such.test'] };
  expect(await validateInstance(broken, judge)).toMatchObject({ valid: false });
});
