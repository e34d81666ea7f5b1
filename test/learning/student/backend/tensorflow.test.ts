// The `tensorflow` backend where it is set up; skipped with the reason where it is not.
import * as tf from '@tensorflow/tfjs-core';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../../../src/core/run/paths.ts';
import { openBackend } from '../../../../src/learning/student/backend/backend.ts';
import { temporaryFolder } from '../../../support/temp.ts';
import { tensorflow } from './backends.ts';

describe.skipIf(!tensorflow.usable)('tensorflow', () => {
  beforeAll(() => openBackend('tensorflow'));

  test('the functions that Node 23 took out of util are there for the addon', () => {
    const { values } = tf.topk(tf.tensor1d([1, 3, 2]), 2);
    expect([...values.dataSync()]).toEqual([3, 2]);
  });

  test('loading it prints nothing (but that oneDNN is on): no kernel that is registered twice, no greeting', async () => {
    const script = `import { openBackend } from './src/learning/student/backend/backend.ts'; await openBackend('tensorflow');`;
    const run = await execa('node', ['--import', 'tsx', '--input-type=module', '-e', script], {
      cwd: packageRoot,
      all: true,
    });
    const oneDnn = /All log messages before absl::InitializeLog|oneDNN custom operations are on/;
    const printed = run.all.split('\n').filter((line) => !oneDnn.test(line));
    expect(printed.join('\n')).toBe('');
  });

  test('setting it up again does nothing again and says what is there', async () => {
    const { stdout, stderr } = await execa('npm', ['run', '-s', 'setup:tensorflow'], { cwd: packageRoot });
    expect(stderr.match(/\(there already\)/g)).toHaveLength(3);
    expect(stdout).toMatch(/^TensorFlow .+ built by setup:tensorflow in \.cache\/tensorflow\/cpu$/);
  }, 180_000);
});

test('setting up where a tool is missing ends with one line that names it', async () => {
  const { exitCode, stderr } = await execa(process.execPath, ['--import', 'tsx', 'scripts/setup-tensorflow.ts'], {
    cwd: packageRoot,
    env: { PATH: temporaryFolder() },
    reject: false,
  });
  expect(stderr).toMatch(
    /^error: setup:tensorflow: `python3 -m pip --version` fails \(.*ENOENT.*\)\. Install Python 3 with pip\.$/,
  );
  expect(exitCode).toBe(2);
});
