import { existsSync } from 'node:fs';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test, vi } from 'vitest';
import { trainCommand } from '../../../src/cli/commands/train.ts';
import { createParser } from '../../../src/cli/options/parser.ts';
import { ConfigError } from '../../../src/core/schema/errors.ts';
import { loadStudent } from '../../../src/learning/student/student.ts';
import { trainSft } from '../../../src/learning/train/sft.ts';
import { echoSteps, rowsOf, trainingBench } from '../../learning/train/support.ts';

const trainSwe = (...argv: string[]) => execa('node', ['bin/train-swe.mjs', ...argv], { reject: false });

test('trains over two threads, tells each update in a line, and prints what came out as JSON', async () => {
  const { dir, options } = await trainingBench({ method: 'sft' });
  const run = await trainSwe(
    ...[
      '--method',
      'sft',
      '--steps',
      options.steps[0]!,
      '--student',
      options.student!,
      '--updates',
      '2',
      '--batch',
      '4',
    ],
    ...['--max-new-tokens', '12', '--workers', '2', '--run', join(dir, 'run'), '--json'],
  );
  expect(run.stderr).toMatch(/update 1\/2: loss [\d.]+, grad_norm/);
  expect(run.exitCode).toBe(0);
  const result = JSON.parse(run.stdout.split('\n').at(-1)!);
  expect(result).toMatchObject({
    method: 'sft',
    updates: 2,
    dropped: 0,
    validation: { 'eval/format_ok': expect.any(Number) },
  });
  const student = await loadStudent(result.student, { backend: 'wasm' });
  expect(student.config.hiddenSize).toBe(32);
});

test.each([
  ['an unknown method', ['--method', 'dpo', '--steps', 'x'], /^--method: .*got "dpo"\.$/],
  [
    'a group of one',
    ['--method', 'srl', '--steps', 'x', '--rollouts', '1'],
    /^--rollouts: a group needs at least 2 rollouts to compare, got "1"\.$/m,
  ],
  [
    'steps that are not there',
    ['--method', 'sft', '--steps', '/nowhere.jsonl', '--init', 'tiny'],
    /\/nowhere\.jsonl: no such file\./m,
  ],
  [
    'a student that is not there',
    ['--method', 'sft', '--steps', 'x', '--student', '/nowhere'],
    /^\/nowhere\/config\.json: cannot be read/m,
  ],
  ['srl without steps', ['--method', 'srl', '--init', 'tiny'], /^--steps: sft and srl learn from step instances/m],
  ['rlvr without tasks', ['--method', 'rlvr', '--init', 'tiny'], /^--method rlvr: give --tasks/m],
  [
    'a second run that would fail, before the first',
    ['--method', 'sft', '--steps', 'x', '--init', 'tiny', '--then', '--method srl --rollouts 1'],
    /^--rollouts: a group needs at least 2/m,
  ],
  [
    'a second run that its engine cannot make, before the first',
    ['--method', 'srl', '--steps', 'x', '--init', 'tiny', '--engine', 'trl', '--then', '--patience 2'],
    /^--engine trl: --patience 2 is not supported/m,
  ],
])('%s is refused in one line', async (_, argv, message) => {
  const { dir } = await trainingBench({ method: 'sft' });
  const parsed = createParser(trainCommand).parseAsync([...argv, '--run', join(dir, 'run')], { from: 'user' });
  await expect(parsed).rejects.toBeInstanceOf(ConfigError);
  await expect(parsed).rejects.toThrow(message);
});

test('--then leaves --engine trl where TRL does not train by its method, and keeps it where it does', async () => {
  vi.stubEnv('STEPWRIGHT_TRL_PYTHON', '/nowhere');
  const { dir } = await trainingBench({ method: 'sft' });
  const first = ['--method', 'srl', '--engine', 'trl', '--steps', '/nowhere.jsonl', '--init', 'tiny'];
  const run = (then: string) =>
    createParser(trainCommand).parseAsync([...first, '--run', join(dir, 'run'), '--then', then], { from: 'user' });
  // What TRL would refuse is not: the first run starts, and finds no steps.
  await expect(run('--method rlvr --tasks katas --patience 2')).rejects.toThrow(/nowhere\.jsonl: no such file/);
  await expect(run('--method rlvr --tasks katas --engine trl')).rejects.toThrow(
    '--method rlvr is not supported: it runs srl',
  );
  await expect(run('--patience 2')).rejects.toThrow('--patience 2 is not supported');
  vi.unstubAllEnvs();
});

test('srl rewards replies with prose around their action where --format is lenient, and no such reply where it is strict', async () => {
  const talkative = echoSteps().map((step) => ({ ...step, action: `So: ${step.action}` }));
  const { options, context } = await trainingBench({ method: 'sft', updates: 36, lr: 1e-2 }, talkative);
  const { last } = await trainSft(options, context);
  const formatOk = async (format: string) => {
    const { dir, options } = await trainingBench({ method: 'srl' });
    const data = ['--steps', options.steps[0]!, '--student', last, '--run', join(dir, 'run'), '--backend', 'wasm'];
    const small = ['--updates', '1', '--batch', '2', '--rollouts', '4', '--max-rounds', '1', '--max-new-tokens', '20'];
    const argv = ['--method', 'srl', '--format', format, '--workers', '0', ...data, ...small];
    await createParser(trainCommand).parseAsync(argv, { from: 'user' });
    const [start, update] = await rowsOf(dir);
    return { validation: start!['eval/format_ok'], rollouts: update!['rewards/format_ok'] };
  };
  expect(await formatOk('strict')).toEqual({ validation: 0, rollouts: 0 });
  const lenient = await formatOk('lenient');
  expect(lenient.validation).toBe(1);
  expect(lenient.rollouts).toBeGreaterThan(0.5);
});

test("a preset's settings are written with the run, and flags override them", async () => {
  const { dir, options } = await trainingBench({ method: 'srl' });
  const files = ['--steps', options.steps[0]!, '--student', options.student!, '--run', join(dir, 'run')];
  const small = ['--batch', '2', '--rollouts', '2', '--max-new-tokens', '4', '--epochs', '0.1', '--workers', '0'];
  await trainSwe('--method', 'srl', '--preset', 'paper-swe', ...files, ...small);
  const { config } = JSON.parse(await readFile(join(dir, 'run', 'run.json'), 'utf8'));
  expect(config).toMatchObject({ lr: 5e-7, temperature: 1, aggregation: 'grpo', klCoef: 0, batch: 2, rollouts: 2 });
  const unknown = await trainSwe('--method', 'srl', '--preset', 'paper', ...files);
  expect(unknown.exitCode).toBe(2);
  expect(unknown.stderr).toContain('paper-swe, paper-math');
});

test('--then trains what came out with other settings, and both runs are resumed', async () => {
  const { dir, options } = await trainingBench({ method: 'sft' });
  const argv = [
    ...['--method', 'sft', '--steps', options.steps[0]!, '--student', options.student!, '--workers', '0'],
    ...['--updates', '2', '--batch', '4', '--max-new-tokens', '12', '--run', join(dir, 'run'), '--json'],
    ...['--then', "--updates 3 --lr '1e-4'"],
  ];
  const run = await trainSwe(...argv);
  const result = JSON.parse(run.stdout.split('\n').at(-1)!);
  expect(result).toMatchObject({ updates: 3, last: join(dir, 'run', 'then', 'checkpoint') });
  const { config } = JSON.parse(await readFile(join(dir, 'run', 'then', 'run.json'), 'utf8'));
  expect(config).toMatchObject({ student: join(dir, 'run', 'best'), lr: 1e-4, batch: 4 });
  const again = await trainSwe(...argv);
  expect(again.exitCode).toBe(0);
  expect(again.stderr).not.toMatch(/update 1\//);
});

test('--then goes on with the adapter that came out, or with a new one on what it was merged into', async () => {
  const { dir, options } = await trainingBench({ method: 'sft' });
  const argv = (out: string, then: string) => [
    ...['--method', 'sft', '--steps', options.steps[0]!, '--student', options.student!, '--workers', '0'],
    ...['--updates', '1', '--batch', '4', '--max-new-tokens', '12', '--lora-r', '2', '--lora-targets', 'q_proj'],
    ...['--run', join(dir, out), '--then', then],
  ];
  const settings = async (out: string, file: string) => JSON.parse(await readFile(join(dir, out, file), 'utf8'));
  await trainSwe(...argv('on', '--lr 1e-4'));
  const adapter = { r: 2, lora_alpha: 4, target_modules: ['q_proj'], base_model_name_or_path: options.student! };
  expect(await settings('on', 'then/best/adapter_config.json')).toMatchObject(adapter);
  await trainSwe(...argv('new', '--lora-r 3 --lora-targets v_proj'));
  const fresh = { r: 3, target_modules: ['v_proj'], base_model_name_or_path: join(dir, 'new', 'merged') };
  expect(await settings('new', 'then/best/adapter_config.json')).toMatchObject(fresh);
});

test('--dry-run prints the memory plan and starts nothing; a run that cannot fit ends with exit code 2', async () => {
  const { dir, options } = await trainingBench({ method: 'srl' });
  const argv = ['--method', 'srl', '--steps', options.steps[0]!, '--run', join(dir, 'run'), '--backend', 'wasm'];
  const dry = [...argv, '--student', options.student!, '--max-new-tokens', '12', '--dry-run'];
  const plan = await trainSwe(...dry);
  expect(plan.exitCode).toBe(0);
  expect(plan.stdout).toMatch(
    /^memory +process +a replica\nprogram and data +[\d.]+ MB +0\.0 MB\nweights +[\d.]+ MB +[\d.]+ MB\n/,
  );
  expect(plan.stdout).toMatch(/there is +[\d.]+ [MG]B +4\.29 GB\n/);
  expect(existsSync(join(dir, 'run'))).toBe(false);
  const replicaOf = ({ stdout }: typeof plan) => Number(/^in all.* ([\d.]+) MB$/m.exec(stdout)![1]);
  expect(replicaOf(await trainSwe(...dry, '--gradient-checkpointing'))).toBeLessThan(replicaOf(plan));

  // Weights are never read: there are none of this size.
  const large = join(dir, 'large');
  await cp(options.student!, large, { recursive: true });
  const config = JSON.parse(await readFile(join(large, 'config.json'), 'utf8'));
  const wide = { hidden_size: 8192, intermediate_size: 32768, num_hidden_layers: 40 };
  await writeFile(join(large, 'config.json'), JSON.stringify({ ...config, ...wide }));
  for (const extra of [['--dry-run'], []]) {
    const refused = await trainSwe(...argv, '--student', large, '--max-new-tokens', '12', ...extra);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toMatch(
      /^error: This run does not fit: a replica takes [\d.]+ GB where wasm has 4\.29 GB a thread\./m,
    );
  }
});
