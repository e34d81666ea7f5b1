import { execa } from 'execa';
import { expect, test } from 'vitest';
import { packageRoot } from '../src/core/run/paths.ts';

const node = (script: string) => execa('node', ['--input-type=module', '-e', script], { cwd: packageRoot });

test('the built package opens a student, and its names load no TensorFlow.js before that', async () => {
  await execa('npx', ['tsc', '-p', 'tsconfig.build.json'], { cwd: packageRoot });
  const { stdout } = await node(`
    import { advantages, grpoLoss, loadStudent, sequenceRatio } from 'stepwright';
    const before = '_tfengine' in globalThis;
    const student = await loadStudent('students/base-tiny', { backend: 'cpu' });
    const { shape } = await student.logits([[1, 2, 3], [4, 5, 6]]);
    const [[answer]] = await student.generate([[1, 2, 3]], { maxNewTokens: 2 });
    student.dispose();
    const [better] = advantages([1, 0, 0, 0]);
    const { loss } = grpoLoss({ logProbs: [[-1], [-1]], advantages: [1, -1] });
    console.log(JSON.stringify({ before, after: '_tfengine' in globalThis, shape, tokens: answer.tokens.length, better, loss, ratio: sequenceRatio('abcd', 'bcde') }));
  `);
  const seen = JSON.parse(stdout.split('\n').at(-1)!);
  expect(seen).toMatchObject({ before: false, after: true, shape: [2, 3, 1544], tokens: 2, loss: 0, ratio: 0.75 });
  expect(seen.better).toBeCloseTo(1.5, 4);
});
