// The file teacher, as an agent uses it: collect's side over a pipe, the agent's over separate calls.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { runAttempt } from '../../../src/agents/loop/attempt.ts';
import { prompts } from '../../../src/agents/loop/prompts.ts';
import { findTeacher } from '../../../src/agents/teacher/registry.ts';
import { openLocalSandbox } from '../../support/local-sandbox.ts';
import { temporaryFolder } from '../../support/temp.ts';

const program = resolve('scripts/file-teacher.mjs');
const serve = (dir: string, instanceId: string) =>
  findTeacher('stdio', { command: `node '${program}' serve '${dir}' 2>/dev/null` })({
    instanceId,
    attempt: 0,
    seed: 1,
  });
const answer = (call: string) => `<think>so</think>\n${call}`;

test('an attempt goes turn by turn through separate calls, and tells when it is over', async () => {
  const dir = join(temporaryFolder(), 'turns');
  const say = async (input: string) => (await execa('node', [program, 'say', dir], { input })).stdout;
  const model = await serve(dir, 'toy__1');
  await using sandbox = await openLocalSandbox({ 'a.py': 'x = 1\n' });
  const instance = { instance_id: 'toy__1', problem_statement: 'x must be 2', image: 'toy:1' };
  const attempt = runAttempt({ instance, sandbox, model, prompt: prompts.default! }).finally(() => model.close?.());

  expect(await say('')).toMatch(/^\[toy__1, turn 0\]\nYou are an engineer[\s\S]*x must be 2/);
  const shown = await say(answer('<function=bash>\n<parameter=command>cat a.py</parameter>\n</function>'));
  expect(shown.trim()).toBe('[toy__1, turn 1]\nOBSERVATION:\nx = 1');
  // by hand, as JSON
  const call = { text: 'edit', tool_calls: [{ name: 'bash', arguments: { command: "sed -i 's/1/2/' a.py" } }] };
  writeFileSync(join(dir, 'toy__1', 'reply-1.txt'), JSON.stringify(call));
  expect(await say('')).toMatch(/turn 2\]\nYour command ran successfully/);
  expect(await say(answer('<function=submit>\n</function>'))).toBe('(toy__1 is over)');

  const trajectory = await attempt;
  expect(trajectory.ending).toBe('submitted');
  expect(trajectory.steps.map(({ thought }) => thought)).toEqual(['so', 'edit', 'so']);
  expect(trajectory.patch).toContain('+x = 2');
  expect(existsSync(join(dir, 'toy__1', 'over'))).toBe(true);
  expect(JSON.parse(readFileSync(join(dir, 'toy__1', 'request-1.json'), 'utf8'))).toHaveLength(4);
});

test('the files of an instance stay in the folder, whatever its id', async () => {
  const parent = temporaryFolder();
  const dir = join(parent, 'a', 'turns');
  const model = await serve(dir, '../../escaped');
  const asked = model.query([{ role: 'user', content: 'x must be 2' }]);
  expect((await execa('node', [program, 'say', dir], { input: '' })).stdout).toContain('x must be 2');
  const [folder] = readdirSync(dir);
  writeFileSync(join(dir, folder!, 'reply-0.txt'), 'done');
  expect((await asked).text).toBe('done');
  await model.close?.();
  expect(readdirSync(parent)).toEqual(['a']);
  expect(readdirSync(dir)).toHaveLength(1);
});
