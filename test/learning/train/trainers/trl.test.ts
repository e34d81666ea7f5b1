import { readdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { expect, type TestContext, test } from 'vitest';
import { renderAction, renderReply } from '../../../../src/agents/loop/action.ts';
import { type RunEvent, silent } from '../../../../src/core/run/events.ts';
import { packageRoot, shipped } from '../../../../src/core/run/paths.ts';
import { ConfigError, messageOf } from '../../../../src/core/schema/errors.ts';
import type { StepInstance } from '../../../../src/core/schema/step-instance.ts';
import { srlReward } from '../../../../src/data/reward/srl-reward.ts';
import { readParameters } from '../../../../src/learning/student/checkpoint/parameters.ts';
import { loadStudent } from '../../../../src/learning/student/student.ts';
import { clipByGlobalNorm } from '../../../../src/learning/train/math/adamw.ts';
import { batchAdvantages } from '../../../../src/learning/train/math/advantages.ts';
import { type Aggregation, aggregations, tokenWeights } from '../../../../src/learning/train/math/grpo-loss.ts';
import { openEngine } from '../../../../src/learning/train/parallel/engine.ts';
import { trainSft } from '../../../../src/learning/train/sft.ts';
import { enginePython, variable } from '../../../../src/learning/train/trainers/python.ts';
import { trainTrl } from '../../../../src/learning/train/trainers/trl.ts';
import { trlSettings } from '../../../../src/learning/train/trainers/trl-settings.ts';
import { temporaryFolder } from '../../../support/temp.ts';
import { farthest } from '../../student/support.ts';
import { type Bench, echoSteps, smallStudent, trainingBench } from '../support.ts';

// Of a student so small; where other programs have the cores, more threads wait for each other at every operation.
process.env.OMP_NUM_THREADS = '1';

/** The first time, pip fetches PyTorch. */
const timeout = 900_000;

/** The engine's Python; skips the test, with the reason, where none can be had. */
async function trlPython(skip: TestContext['skip']): Promise<string> {
  const requirements = shipped('engines', 'trl', 'requirements.txt');
  const ready = process.env[variable('trl')];
  try {
    return await enginePython({ engine: 'trl', requirements, ready, emit: silent });
  } catch (error) {
    console.warn(messageOf(error));
    return skip(messageOf(error));
  }
}

const rowsOf = async (dir: string): Promise<Record<string, number>[]> =>
  (await readFile(join(dir, 'metrics.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

/** Configuration of accelerate for two processes on the CPU: where it finds no GPU, those of several are on the CPU. */
async function twoProcesses(): Promise<string> {
  const file = join(temporaryFolder(), 'two.yaml');
  const machine = { distributed_type: 'MULTI_GPU', use_cpu: true, num_processes: 2, main_process_port: 0 };
  await writeFile(file, JSON.stringify({ compute_environment: 'LOCAL_MACHINE', num_machines: 1, ...machine }));
  return file;
}

test.for([1, 2])(
  'a run on TRL by %i processes writes our metrics, drops and replaces groups, goes on where it was stopped, and gives a student',
  {
    timeout,
  },
  async (processes, { skip }) => {
    await trlPython(skip);
    const warm = await trainingBench({ method: 'sft', updates: 12, lr: 1e-2, batch: 8 });
    const student = (await trainSft(warm.options, warm.context)).last;
    // So high a threshold that about every second group is dropped.
    const settings = { method: 'srl', engine: 'trl', updates: 5, lr: 3e-3, batch: 4, student, stdThreshold: 0.9 };
    const accelerateConfig = processes === 1 ? undefined : await twoProcesses();
    const { options, context, dir } = await trainingBench({ ...settings, maxRounds: 40, accelerateConfig });
    const out = join(dir, 'run');

    const stop = new AbortController();
    const emit = (event: RunEvent) => {
      if ('text' in event && event.text?.startsWith('update 1/5')) stop.abort(new Error('interrupted'));
    };
    await expect(trainTrl(options, { ...context, emit, signal: stop.signal })).rejects.toThrow('interrupted');
    const before = await rowsOf(out);
    expect(before.length).toBeLessThan(5);
    const result = await trainTrl(options, context);

    expect(result).toMatchObject({ method: 'srl', updates: 5, dropped: 0 });
    const rows = await rowsOf(out);
    expect(rows.map((row) => row.update)).toEqual([1, 2, 3, 4, 5]);
    expect(rows.slice(0, before.length)).toEqual(before);
    expect(await readdir(join(out, 'tensorboard'))).toEqual([expect.stringMatching(/^events\.out\.tfevents\.\d+\./)]);
    const sum = (name: string) => rows.reduce((total, row) => total + row[name]!, 0);
    expect(sum('dynamic_sampling/groups_dropped')).toBeGreaterThan(0);
    for (const row of rows) {
      const kept = row['dynamic_sampling/groups_drawn']! - row['dynamic_sampling/groups_dropped']!;
      expect(kept - row['dynamic_sampling/groups_surplus']!).toBe(4);
      expect(row).toMatchObject({ reward: expect.any(Number), grad_norm: expect.any(Number), learning_rate: 3e-3 });
    }
    expect(result.tokens).toBe(rows.at(-1)!.num_tokens);
    const { config } = smallStudent();
    expect(
      farthest(await readParameters(result.student, config), await readParameters(student, config)),
    ).toBeGreaterThan(1e-3);
    const trained = await loadStudent(result.student, { backend: 'cpu' });
    expect(trained.tokenizer.stopTokens).toEqual(smallStudent().tokenizer.stopTokens);
    trained.dispose();
  },
);

test('the same step on TRL and here: rewards, loss and gradient norm', { timeout }, async ({ skip }) => {
  const python = await trlPython(skip);
  const { tokenizer, config, parameters } = smallStudent();
  const instances = echoSteps(4).map((step) => ({ ...step, split: 'train' as const }));
  const { options, dir } = await trainingBench({ method: 'srl', batch: 3, rollouts: 4, maxNewTokens: 40 }, instances);

  // The same rollouts: of the last prompt all are equal, so that both must leave it out.
  const older = smallStudent(2).parameters.map((value, i) => 0.9 * parameters[i]! + 0.1 * value);
  const engine = await openEngine(config, parameters, { workers: 0, backend: 'wasm', reference: older });
  const examples = instances.map((instance, at) => ({
    prompt: tokenizer.encodePrompt(instance.prompt),
    completions: replies(instance, at === 3).map((text) => tokenizer.encodeAnswer(text)),
  }));
  const old = await engine.referenceLogProbs(examples, 1);
  const cases = aggregations.flatMap((loss_type) => [false, true].map((old) => ({ loss_type, old })));
  await writeFile(
    join(dir, 'recorded.json'),
    JSON.stringify({ cases, prompts: examples.map((example, i) => ({ ...example, old_log_probs: old[i] })) }),
  );

  const ours = [];
  const taught = examples.slice(0, 3);
  const rewards = taught.map(({ completions }, i) =>
    completions.map(
      (tokens) => srlReward(tokenizer.decode(tokens, { skipSpecial: true }), instances[i]!.action).reward,
    ),
  );
  for (const { loss_type: aggregation, old: isOld } of cases)
    ours.push(await step(engine, taught, rewards, isOld ? old : undefined, { ...options, aggregation }));
  await engine.dispose();

  await writeSettings(dir, options, instances);
  const program = join(import.meta.dirname, 'trl-loss.py');
  const { stdout } = await execa(python, [program, join(dir, 'settings.json'), join(dir, 'recorded.json')], {
    env: {
      ...pythonPath,
      ACCELERATE_USE_CPU: 'true',
    },
  });
  const theirs = JSON.parse(stdout.split('\n').at(-1)!);
  for (const [i, { loss, gradNorm, clipped }] of ours.entries()) {
    const { loss: theirLoss, grad_norm, metrics } = theirs[i];
    expect(metrics['dynamic_sampling/groups_drawn'] - metrics['dynamic_sampling/groups_dropped']).toBe(3);
    expect(Math.abs(loss - theirLoss), `loss ${JSON.stringify(cases[i])}`).toBeLessThan(1e-3);
    expect(Math.abs(gradNorm / grad_norm - 1), `norm ${JSON.stringify(cases[i])}`).toBeLessThan(1e-3);
    expect(Math.abs(clipped - metrics['clip_ratio/region_mean'])).toBeLessThan(1e-3);
  }
  // The older policy is far enough away for the clip to have something to do, and dapo's loss is not 0 on fresh rollouts.
  expect(ours[1]!.clipped).toBeGreaterThan(0.05);
  expect(Math.abs(ours[2]!.loss)).toBeGreaterThan(0.01);
});

test('two processes make the update that one makes, also of a batch that could not be filled', {
  timeout,
}, async ({ skip }) => {
  const python = await trlPython(skip);
  const { tokenizer } = smallStudent();
  const instances = echoSteps(4).map((step) => ({ ...step, split: 'train' as const }));
  const settings = { method: 'srl', batch: 4, rollouts: 4, maxNewTokens: 40, maxRounds: 1 };
  const { options, dir } = await trainingBench(settings, instances);
  await writeSettings(dir, options, instances);
  // Of the last prompt all rollouts are equal: one of the two processes has a group less than the other.
  const prompts = instances.map((instance, at) => ({
    prompt: tokenizer.encodePrompt(instance.prompt),
    completions: replies(instance, at === 3).map((text) => tokenizer.encodeAnswer(text)),
  }));
  const [program, recorded] = [join(import.meta.dirname, 'trl-update.py'), join(dir, 'recorded.json')];
  await writeFile(recorded, JSON.stringify({ prompts, loss_types: aggregations }));
  const updatesBy = async (...machine: string[]) => {
    const args = ['-m', 'accelerate.commands.launch', ...machine, program, join(dir, 'settings.json'), recorded];
    const { stdout } = await execa(python, args, { env: pythonPath });
    const told = stdout.split('\n').filter((line) => line.startsWith('stepwright '));
    return told.map((line): Record<string, number> => JSON.parse(line.slice('stepwright '.length)));
  };
  const one = await updatesBy('--cpu', '--num_processes', '1');
  const two = await updatesBy('--config_file', await twoProcesses());
  expect([one.length, two.length]).toEqual([aggregations.length, aggregations.length]);
  for (const [i, row] of two.entries()) {
    expect(row).toMatchObject({ 'dynamic_sampling/groups_drawn': 4, 'dynamic_sampling/groups_dropped': 1 });
    for (const name of ['loss', 'grad_norm', 'reward', 'reward_std', 'num_tokens', 'epoch'])
      expect(row[name], name).toBeCloseTo(one[i]![name]!, 5);
  }
});

const pythonPath = { PYTHONPATH: [shipped('engines'), shipped('engines', 'trl')].join(delimiter) };

/** What the programs here take besides recorded rollouts, as the launcher writes it. */
async function writeSettings(
  dir: string,
  options: Bench['options'],
  instances: readonly StepInstance[],
): Promise<void> {
  const steps = instances.map(({ prompt, action }) => JSON.stringify({ prompt, expert: action }));
  await writeFile(join(dir, 'trl-steps.jsonl'), `${steps.join('\n')}\n`);
  const settings = {
    ...trlSettings(options, 1),
    student: options.student,
    steps: join(dir, 'trl-steps.jsonl'),
    output_dir: join(dir, 'output'),
    resume_from: null,
    stop_file: join(dir, 'stop'),
    reward_command: [process.execPath, join(packageRoot, 'bin/stepwright.mjs')],
  };
  await writeFile(join(dir, 'settings.json'), JSON.stringify(settings));
}

/** Answers from exact to none, of different lengths. */
function replies({ action }: StepInstance, alike: boolean): string[] {
  const near = (command: string) => renderReply('e', renderAction({ name: 'bash', arguments: { command } }));
  const exact = renderReply('e', action);
  return alike ? [exact, exact, exact, exact] : [exact, near('abxyz'), 'no action', near('q')];
}

async function step(
  engine: Awaited<ReturnType<typeof openEngine>>,
  examples: { prompt: number[]; completions: number[][] }[],
  rewards: number[][],
  old: number[][][] | undefined,
  options: Parameters<typeof trlSettings>[0] & { aggregation: Aggregation },
) {
  const { scaleRewards: scale, advantageDdof: ddof, advantageEps: eps, aggregation, maxNewTokens: maxLength } = options;
  const lengths = examples.flatMap(({ completions }) => completions.map(({ length }) => length));
  const weights = tokenWeights(lengths, { aggregation, maxLength });
  const advantages = batchAdvantages(rewards, { scale, ddof, eps });
  const group = options.rollouts;
  const { gradient, stats } = await engine.gradients(
    examples.map((example, g) => ({
      ...example,
      weights: weights.slice(g * group, (g + 1) * group),
      advantages: advantages[g]!,
      ...(old && { oldLogProbs: old[g]! }),
    })),
    options,
  );
  const clipped = (stats.clippedLow + stats.clippedHigh) / stats.tokens;
  return { loss: stats.loss, gradNorm: clipByGlobalNorm(gradient, 0), clipped };
}

test.each([
  ['another method', { method: 'sft' }, /^--engine trl: --method sft is not supported: it runs srl\.$/],
  ['validation', { method: 'srl', validateEvery: 5 }, /^--engine trl: --validate-every 5 is not supported/],
])('%s is refused before anything is installed', async (_, overrides, message) => {
  const { options, context } = await trainingBench({ engine: 'trl', ...overrides });
  await expect(trainTrl(options, context)).rejects.toThrow(message);
});

test.each([
  [
    'no Python',
    'exit 127',
    /python3 must be 3\.10 or later, there is none\. Install one, or install .*requirements\.txt/,
  ],
  ['an old Python', 'echo 3 8', /python3 must be 3\.10 or later, it is 3\.8\./],
  [
    'no venv',
    'case $2 in venv) exit 1;; esac; echo 3 11',
    /python3 makes no virtual environment; install its venv, or/,
  ],
])('%s is told in one line with what to do', async (_, script, message) => {
  const bin = temporaryFolder();
  await writeFile(join(bin, 'python3'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  await writeFile(join(bin, 'requirements.txt'), `none-${_}\n`);
  const before = process.env.PATH;
  process.env.PATH = `${bin}${delimiter}${before}`;
  try {
    const made = enginePython({ engine: 'trl', requirements: join(bin, 'requirements.txt'), emit: silent });
    await expect(made).rejects.toBeInstanceOf(ConfigError);
    await expect(made).rejects.toThrow(message);
  } finally {
    process.env.PATH = before;
  }
});

test('packages that pip cannot get are told in one line', { timeout }, async ({ skip }) => {
  const { failed } = await execa('python3', ['-m', 'venv', '--help'], { reject: false });
  if (failed) skip('there is no python3 with venv');
  const folder = temporaryFolder();
  const requirements = join(folder, 'requirements.txt');
  await writeFile(requirements, `${join(folder, 'no-such-package')}\n`);
  const made = enginePython({ engine: 'trl', requirements, emit: silent });
  await expect(made).rejects.toThrow(/^--engine trl: pip cannot install its packages; see that it reaches PyPI, or/);
});
