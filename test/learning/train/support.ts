// A very small student and a made-up task that it can learn: the user names a word, the right action echoes it.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderAction } from '../../../src/agents/loop/action.ts';
import { createRandom } from '../../../src/core/run/random.ts';
import type { StepInstance } from '../../../src/core/schema/step-instance.ts';
import { srlReward } from '../../../src/data/reward/srl-reward.ts';
import type { DecoderConfig } from '../../../src/learning/student/checkpoint/config.ts';
import { type StudentFiles, writeStudent } from '../../../src/learning/student/checkpoint/files.ts';
import { initStudent } from '../../../src/learning/student/decoder/init.ts';
import { parameterLayout } from '../../../src/learning/student/decoder/layout.ts';
import { initialParameters } from '../../../src/learning/student/decoder/parameters.ts';
import { type TrainOptions, trainOptionsSchema } from '../../../src/learning/train/options/options.ts';
import type { RunContext } from '../../../src/learning/train/run.ts';
import { temporaryFolder } from '../../support/temp.ts';

const WORDS = ['ab', 'cd', 'ef', 'gh', 'ij', 'kl'];

export function echoSteps(count = 24): StepInstance[] {
  return Array.from({ length: count }, (_, i) => {
    const word = WORDS[i % WORDS.length]!;
    return {
      id: `t${i}#0`,
      instance_id: `i${i}`,
      trajectory_id: `t${i}`,
      step: 0,
      steps: 1,
      prompt: [{ role: 'user', content: `${i % 5} ${word}` }],
      action: renderAction({ name: 'bash', arguments: { command: word } }),
      thought: 'e',
      tool: 'bash',
      kind: 'run',
      split: i % 6 === 5 ? 'heldout' : 'train',
    };
  });
}

/** About 30,000 parameters. */
export const smallConfig: DecoderConfig = {
  vocabSize: 272,
  hiddenSize: 32,
  intermediateSize: 64,
  layers: 2,
  heads: 4,
  kvHeads: 2,
  headSize: 8,
  normEps: 1e-6,
  family: 'qwen2',
  ropeTheta: 1e4,
  tied: true,
  contextLength: 64,
};

export function smallStudent(seed = 1): StudentFiles {
  const texts = echoSteps().map(({ prompt }) => prompt[0]!.content);
  const { tokenizer } = initStudent(texts, { size: 'tiny', vocabularySize: 262, contextLength: 64, seed });
  const parameters = initialParameters(smallConfig, parameterLayout(smallConfig), createRandom(seed));
  return { tokenizer, config: smallConfig, parameters };
}

export interface Bench {
  dir: string;
  options: TrainOptions & { maxNewTokens: number };
  context: RunContext;
  notes: string[];
}

/** Options for a run on the made-up task, in a folder that goes with the test. */
export async function trainingBench(overrides: Record<string, unknown>, steps = echoSteps()): Promise<Bench> {
  const dir = temporaryFolder();
  const [student, file] = [join(dir, 'start'), join(dir, 'steps.jsonl')];
  await writeStudent(student, smallStudent());
  await writeFile(file, steps.map((step) => `${JSON.stringify(step)}\n`).join(''));
  const options = trainOptionsSchema.parse({
    steps: [file],
    student,
    batch: 8,
    maxNewTokens: 12,
    workers: 0,
    backend: 'wasm',
    seed: 5,
    ...overrides,
  }) as Bench['options'];
  const notes: string[] = [];
  const context: RunContext = {
    reward: srlReward,
    run: join(dir, 'run'),
    emit: (event) => {
      if ('text' in event && event.text) notes.push(event.text);
    },
  };
  return { dir, options, context, notes };
}

/** Rows of a file of the run folder. */
export const rowsOf = async (dir: string, name = 'metrics.jsonl'): Promise<Record<string, number>[]> =>
  (await readFile(join(dir, 'run', name), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
