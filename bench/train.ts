// Training and generation beside PyTorch and transformers on the CPU: the same model of four million parameters, the same batches, turn by
// turn, since other work on the machine comes and goes. For every backend NAME, `ratios` of `--json` holds PyTorch's time over ours:
//
//   NAME                one update on 8 sequences of 128 tokens, in which nothing can be shared
//   NAME_shared_prompt  one update on a group as in SRL: 8 completions of 64 tokens to one prompt of 1,024. Stepwright runs the prompt once;
//                       PyTorch repeats it for every completion (as TRL does), its head on the completions only
//   NAME_generate       64 tokens to each of 32 prompts
//
// `figures.losses` and `figures.shared_prompt_losses` show that both compute the same.
//
//   npm run bench:train -- --json
//   npm run bench:train -- --backends tensorflow --rounds 3
import { rm } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createRandom } from '../src/core/run/random.ts';
import { currentCommit } from '../src/data/trajectory/provenance.ts';
import { defaultWorkers } from '../src/learning/student/backend/backend.ts';
import type { BackendName } from '../src/learning/student/backend/names.ts';
import type { DecoderConfig } from '../src/learning/student/checkpoint/config.ts';
import { writeStudent } from '../src/learning/student/checkpoint/files.ts';
import { noTokenizer } from '../src/learning/student/checkpoint/tokenizer.ts';
import { parameterLayout } from '../src/learning/student/decoder/layout.ts';
import type { Example } from '../src/learning/student/decoder/packing.ts';
import { initialParameters } from '../src/learning/student/decoder/parameters.ts';
import { adamw, adamwState, clipByGlobalNorm, decayGroups } from '../src/learning/train/math/adamw.ts';
import { openEngine } from '../src/learning/train/parallel/engine.ts';
import type { TrainExample } from '../src/learning/train/parallel/replica.ts';
import { median, printTable } from './measure.ts';
import { openTorch } from './train/torch.ts';

const { values: flags } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    backends: { type: 'string', default: 'tensorflow,wasm' },
    rounds: { type: 'string', default: '7' },
  },
});

const config: DecoderConfig = {
  vocabSize: 4096,
  hiddenSize: 256,
  intermediateSize: 704,
  layers: 4,
  heads: 8,
  kvHeads: 2,
  headSize: 32,
  normEps: 1e-6,
  family: 'qwen2',
  ropeTheta: 1e6,
  tied: true,
  contextLength: 2048,
};
const layout = parameterLayout(config);
const random = createRandom('bench');
const tokens = (length: number): number[] => Array.from({ length }, () => Math.floor(random() * config.vocabSize));
const batch = Array.from({ length: 8 }, () => tokens(128));
const group = { prompt: tokens(1024), completions: Array.from({ length: 8 }, () => tokens(64)) };
const prompts = Array.from({ length: 32 }, () => tokens(64));
const newTokens = 64;

const initial = initialParameters(config, layout, random);
const folder = join(tmpdir(), `stepwright-bench-train-${process.pid}`);
await writeStudent(folder, { config, parameters: initial, tokenizer: noTokenizer(folder, config.vocabSize) });

/** What an update is made on: sequences, or completions that share their prompt. */
type Work = 'train' | 'train_group';

interface Contestant {
  name: string;
  /** One update: seconds, and the loss before it. */
  train(work: Work): Promise<{ seconds: number; loss: number }>;
  /** `newTokens` to each prompt, sampled: seconds. */
  generate(): Promise<number>;
  close(): Promise<void> | void;
}

const backends = flags.backends.split(',') as BackendName[];
const opened = await Promise.all(backends.map((backend) => ours(backend, defaultWorkers(backend))));
const contestants = [...opened, await pytorch()].filter((one) => one !== null);
const lossesOf = async (work: Work) => Object.fromEntries(await inTurn(async (one) => (await one.train(work)).loss));
const [losses, groupLosses] = [await lossesOf('train'), await lossesOf('train_group')];
const rounds = Number(flags.rounds);
const training = await medians(async (one) => (await one.train('train')).seconds);
const groupTraining = await medians(async (one) => (await one.train('train_group')).seconds);
const generation = await medians((one) => one.generate());
for (const one of contestants) await one.close();
await rm(folder, { recursive: true });

const ratios = Object.fromEntries(
  backends.flatMap((name) => [
    [name, training.ratios[name]],
    [`${name}_shared_prompt`, groupTraining.ratios[name]],
    [`${name}_generate`, generation.ratios[name]],
  ]),
);
const perSecond = (seconds: Record<string, number>, count: number): Record<string, number> =>
  Object.fromEntries(Object.entries(seconds).map(([name, each]) => [name, Math.round(count / each)]));
const figures = {
  parameters: layout.size,
  losses,
  shared_prompt_losses: groupLosses,
  train_tokens_per_second: perSecond(training.seconds, batch.flat().length),
  shared_prompt_completion_tokens_per_second: perSecond(groupTraining.seconds, group.completions.flat().length),
  generate_tokens_per_second: perSecond(generation.seconds, prompts.length * newTokens),
};
const machine = `${cpus().length} × ${cpus()[0]?.model}, ${Math.round(totalmem() / 1e9)} GB, Node ${process.version}`;
if (flags.json) console.log(JSON.stringify({ ratios, figures, machine, commit: await currentCommit() }));
else {
  printTable(
    `An update on ${batch.flat().length} tokens, ${layout.size} parameters; ${machine}`,
    inMilliseconds(training),
  );
  printTable(
    `An update on ${group.completions.length} completions of ${group.completions[0]!.length} tokens to one prompt of ${group.prompt.length}`,
    inMilliseconds(groupTraining),
  );
  printTable(`${newTokens} tokens to each of ${prompts.length} prompts`, inMilliseconds(generation));
  console.log(JSON.stringify({ ratios, figures }, null, 2));
}

/** Null, with the reason printed, where the backend is not set up. */
async function ours(backend: BackendName, workers: number): Promise<Contestant | null> {
  const engine = await openEngine(config, initial, { workers, backend }).catch((error: Error) => {
    console.error(error.message);
    return null;
  });
  if (engine === null) return null;
  const examples: Record<Work, TrainExample[]> = {
    train: weighed(batch.map(([first, ...rest]) => ({ prompt: [first!], completions: [rest] }))),
    train_group: weighed([group]),
  };
  const optimizer = adamwState(layout.size);
  return {
    name: backend,
    train: async (work) => {
      const started = performance.now();
      const { gradient, stats } = await engine.gradients(examples[work], { temperature: 1, clipLow: 0, clipHigh: 0 });
      clipByGlobalNorm(gradient, 1);
      adamw(engine.parameters, gradient, optimizer, 1e-4, decayGroups(layout));
      await engine.refresh();
      return { seconds: (performance.now() - started) / 1000, loss: stats.loss };
    },
    generate: async () => {
      const started = performance.now();
      const streams = prompts.map((_, i) => `${i}`);
      const settings = { group: 1, maxNewTokens: newTokens, stopTokens: [], tokens: config.vocabSize, temperature: 1 };
      await engine.rollouts({ prompts, streams, ...settings });
      return (performance.now() - started) / 1000;
    },
    close: () => engine.dispose(),
  };
}

/** For the mean over all completion tokens. */
function weighed(examples: Example[]): TrainExample[] {
  const count = examples.reduce((sum, { completions }) => sum + completions.flat().length, 0);
  return examples.map((example) => ({ ...example, weights: example.completions.map(() => 1 / count) }));
}

async function pytorch(): Promise<Contestant> {
  const torch = await openTorch(folder, { batch, group, prompts, newTokens });
  return {
    name: 'pytorch',
    train: async (work) => {
      const { seconds, value } = await torch.run(work);
      return { seconds, loss: value! };
    },
    generate: async () => (await torch.run('generate')).seconds,
    close: () => torch[Symbol.dispose](),
  };
}

async function inTurn<T>(run: (one: Contestant) => Promise<T>): Promise<[name: string, result: T][]> {
  const results: [string, T][] = [];
  for (const one of contestants) results.push([one.name, await run(one)]);
  return results;
}

/** Seconds, and how many times PyTorch's speed: medians over rounds, of which the first is not counted. */
async function medians(run: (one: Contestant) => Promise<number>) {
  const times: Record<string, number>[] = [];
  for (let round = -1; round < rounds; round++) {
    const row = Object.fromEntries(await inTurn(run));
    if (round >= 0) times.push(row);
  }
  const of = (value: (row: Record<string, number>, name: string) => number): Record<string, number> =>
    Object.fromEntries(contestants.map(({ name }) => [name, median(times.map((row) => value(row, name)))]));
  return { seconds: of((row, name) => row[name]!), ratios: of((row, name) => row.pytorch! / row[name]!) };
}

function inMilliseconds({ seconds }: { seconds: Record<string, number> }): [string, number][] {
  return Object.entries(seconds).map(([name, each]) => [name, 1000 * each]);
}
