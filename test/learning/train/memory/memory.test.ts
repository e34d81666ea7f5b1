// The memory plan against what wasm allocates in a step and in a batch of rollouts.
import { beforeAll, describe, expect, test } from 'vitest';
import { createRandom } from '../../../../src/core/run/random.ts';
import { openBackend } from '../../../../src/learning/student/backend/backend.ts';
import type { DecoderConfig } from '../../../../src/learning/student/checkpoint/config.ts';
import { parameterLayout } from '../../../../src/learning/student/decoder/layout.ts';
import { initialAdapter, type Lora } from '../../../../src/learning/student/decoder/lora.ts';
import { loraTargets } from '../../../../src/learning/student/decoder/lora-targets.ts';
import { initialParameters } from '../../../../src/learning/student/decoder/parameters.ts';
import { replicaMemory, type Workload } from '../../../../src/learning/train/memory/memory.ts';
import {
  type MemoryLimits,
  memoryLimits,
  planMemory,
  renderPlan,
  requireFit,
} from '../../../../src/learning/train/memory/memory-plan.ts';
import { trainOptionsSchema } from '../../../../src/learning/train/options/options.ts';
import { createReplica } from '../../../../src/learning/train/parallel/replica.ts';
import { type WasmMemory, watchWasmMemory } from '../../../support/wasm-memory.ts';
import { smallConfig } from '../support.ts';

const common = { family: 'qwen2' as const, normEps: 1e-6, ropeTheta: 1e4, contextLength: 2048 };
const largeVocabulary: DecoderConfig = {
  ...common,
  vocabSize: 4096,
  hiddenSize: 32,
  intermediateSize: 64,
  layers: 2,
  heads: 2,
  kvHeads: 1,
  headSize: 16,
  tied: true,
};
const shapes: Record<string, DecoderConfig> = {
  narrow: { ...smallConfig, contextLength: 2048 },
  deep: {
    ...common,
    vocabSize: 1024,
    hiddenSize: 64,
    intermediateSize: 192,
    layers: 4,
    heads: 4,
    kvHeads: 2,
    headSize: 16,
    tied: false,
  },
  'large vocabulary': largeVocabulary,
  'logits in parts': { ...largeVocabulary, vocabSize: 65_536 },
};
const works: Record<string, Workload> = {
  'groups of short answers': {
    prompt: 40,
    answer: 12,
    answers: 4,
    examples: 4,
    generations: [{ prompt: 40, prompts: 4, group: 4, maxNewTokens: 12 }],
    temperature: 1,
  },
  'long prompts': {
    prompt: 300,
    answer: 8,
    answers: 1,
    examples: 3,
    generations: [{ prompt: 300, prompts: 3, group: 1, maxNewTokens: 8 }],
    temperature: 1,
  },
  'long answers': {
    prompt: 100,
    answer: 40,
    answers: 8,
    examples: 2,
    generations: [{ prompt: 100, prompts: 2, group: 8, maxNewTokens: 40 }],
    temperature: 0.7,
  },
};
const lora: Lora = { r: 4, alpha: 8, targets: loraTargets };

let memory: WasmMemory;
beforeAll(async () => {
  await openBackend('wasm');
  memory = watchWasmMemory();
});

const cases = Object.keys(shapes).flatMap((shape) =>
  Object.keys(works).flatMap((work) =>
    [undefined, lora].flatMap((adapter) =>
      [false, true].map((gradientCheckpointing) => {
        const name = `${adapter ? 'LoRA' : 'all weights'}${gradientCheckpointing ? ', gradient checkpointing' : ''}`;
        return { shape, work, adapter, gradientCheckpointing, name };
      }),
    ),
  ),
);

test.each(cases)(
  '$shape, $work, $name: a step and rollouts take what is planned, 0.9 to 1.4 times',
  async ({ shape, work, adapter, gradientCheckpointing }) => {
    const [config, load] = [shapes[shape]!, works[work]!];
    const base = initialParameters(config, parameterLayout(config), createRandom('weights'));
    const trained = adapter ? initialAdapter(config, adapter, createRandom('adapter')) : base;
    const before = memory.held;
    const frozen = adapter && { lora: adapter, parameters: base };
    const replica = await createReplica(config, trained, { backend: 'wasm', frozen, gradientCheckpointing });
    const tokens = (length: number, from: number) => Array.from({ length }, (_, i) => (i * 7 + from) % 260);
    const ones = Array(load.answers).fill(1);
    const completions = ones.map((_, i) => tokens(load.answer, i));
    const examples = Array.from({ length: load.examples }, (_, i) => ({
      prompt: tokens(load.prompt, i),
      completions,
      weights: ones,
      advantages: ones,
    }));
    const planned = replicaMemory(config, adapter, load, { gradientCheckpointing, transposes: true });
    const held = planned.trained + planned.frozen;
    const ratio = (expected: number): number => expected / (memory.peak - before);

    memory.peak = 0;
    await replica.gradients(
      examples,
      { temperature: load.temperature, clipLow: 0.2, clipHigh: 0.2 },
      new Float32Array(trained.length),
    );
    const training = ratio(held + planned.gradients + planned.activations + planned.logits);
    memory.peak = 0;
    const { group, maxNewTokens, prompts: count } = load.generations[0]!;
    const prompts = examples.slice(0, count).map(({ prompt }) => prompt);
    const streams = prompts.map((_, i) => `${i}`);
    await replica.rollouts({ prompts, streams, group, maxNewTokens, temperature: 1, stopTokens: [], tokens: 260 });
    const answering = ratio(held + planned.rollouts);
    replica.dispose();

    // A few constants are made once.
    expect(memory.held - before).toBeLessThan(100);
    for (const one of [training, answering]) {
      expect(one).toBeGreaterThan(0.9);
      expect(one).toBeLessThan(1.4);
    }
  },
);

describe('what does not fit', () => {
  const { deep } = shapes as { deep: DecoderConfig };
  const step = { instance: {} as never, prompt: Array(200).fill(1), answer: Array(50).fill(1) };
  const planFor = (overrides: object, limits: MemoryLimits, adapter?: Lora, config = deep) => {
    const parsed = trainOptionsSchema.parse({ method: 'srl', steps: ['x'], batch: 8, rollouts: 4, ...overrides });
    const options = { ...parsed, workers: parsed.workers ?? 2, maxNewTokens: parsed.maxNewTokens ?? 96 };
    return planMemory(options, { config, lora: adapter }, { train: [step], heldout: [] }, 'wasm', limits);
  };
  const plenty = { replica: 1e12, total: 1e12 };

  test('is refused with the largest value of each option that would make it fit', () => {
    const { replica } = planFor({}, plenty);
    const half = planFor({ batch: 4 }, plenty).replica;
    expect(half).toBeLessThan(replica);
    const plan = planFor({}, { replica: half, total: 1e12 });
    expect(plan.remedies).toContain('--batch 4');
    expect(plan.remedies.filter((one) => one.startsWith('--batch'))).toHaveLength(1);
    expect(() => requireFit(plan)).toThrow(
      /^This run does not fit: a replica takes \d+\.\d MB where wasm has \d+\.\d MB a thread\. It would fit with --gradient-checkpointing, or --batch 4, or /,
    );
    for (const remedy of [{ batch: 4 }, { gradientCheckpointing: true }])
      expect(() => requireFit(planFor(remedy, { replica: half, total: 1e12 }))).not.toThrow();
  });

  test('fewer threads help where memory is short in all', () => {
    const one = planFor({ workers: 1 }, plenty).total;
    const plan = planFor({ workers: 4, batch: 1 }, { replica: 1e12, total: one });
    expect(plan.remedies).toContain('--workers 1');
    expect(() => requireFit(plan)).toThrow(
      /it takes .* where there is .* of memory for it\. It would fit with .*--workers 1/,
    );
  });

  test('LoRA helps where gradients and moments are too much', () => {
    const wide = { ...deep, hiddenSize: 512, intermediateSize: 2048 };
    const adapter: Lora = { r: 16, alpha: 32, targets: loraTargets };
    const { total } = planFor({ batch: 1 }, plenty, adapter, wide);
    const remedies = (free: number) => planFor({ batch: 1 }, { replica: 1e12, total: free }, undefined, wide).remedies;
    expect(remedies(total)).toContain('--lora-r 16');
    expect(remedies(total - 1)).not.toContain('--lora-r 16');
  });

  test('nothing would do', () => {
    expect(() => requireFit(planFor({}, { replica: 1e5, total: 1e12 }))).toThrow(
      /No smaller batch, no adapter and no gradient checkpointing would do/,
    );
  });

  test('SFT makes no rollouts: only its held-out steps are answered, one greedy answer each', () => {
    const heldout = (count: number, length: number) =>
      Array(count).fill({ instance: {}, prompt: Array(length).fill(1), answer: [1] });
    const rollouts = (method: string, held: never[]) => {
      const options = {
        ...trainOptionsSchema.parse({ method, steps: ['x'], batch: 64 }),
        workers: 1,
        maxNewTokens: 96,
      };
      const data = { train: [step], heldout: held };
      const plan = planMemory(options, { config: deep, lora: undefined }, data, 'wasm', plenty);
      return plan.rows.find(({ what }) => what.endsWith('(at another time)'));
    };
    expect(rollouts('sft', heldout(0, 0) as never[])).toBeUndefined();
    const few = rollouts('sft', heldout(2, 100) as never[])!;
    expect(few.what).toBe('validation (at another time)');
    expect(few.replica).toBeLessThan(rollouts('sft', heldout(8, 100) as never[])!.replica);
    // The longest held-out prompt counts, not the longest one that is trained on.
    expect(few.replica).toBeLessThan(rollouts('sft', heldout(2, 1500) as never[])!.replica);
    expect(rollouts('srl', heldout(0, 0) as never[])!.what).toBe('rollouts (at another time)');
  });

  test('mini-batches make the examples of one step fewer', () => {
    expect(planFor({ miniBatches: 4 }, plenty).replica).toBeLessThan(planFor({}, plenty).replica);
  });

  test('what the program holds already is part of what a run takes, and of what there is', () => {
    const { total } = planFor({}, plenty);
    const tight = { replica: 1e12, total, resident: 1 };
    expect(planFor({}, tight).rows[0]).toEqual({ what: 'program and data', process: 1, replica: 0 });
    expect(() => requireFit(planFor({}, tight))).toThrow('it takes');
    expect(() => requireFit(planFor({}, { ...tight, resident: 0 }))).not.toThrow();
    const [fresh, resumed] = [memoryLimits('wasm'), memoryLimits('wasm', 2 ** 40)];
    expect(fresh.resident).toBeGreaterThan(1e7);
    expect(fresh.total).toBeGreaterThan(fresh.resident!);
    // The weights of a checkpoint are read by then: they are in the plan.
    expect(resumed.resident).toBe(0);
  });

  test('the table adds up', () => {
    const plan = planFor({}, plenty, lora);
    const text = renderPlan(plan);
    expect(text).toMatch(/^memory +process +a replica\nadapter .*\nfrozen base .*\noptimizer moments/);
    expect(text).toContain('longest prompt 200 tokens, longest answer 96');
    const process = plan.rows.reduce((sum, row) => sum + row.process, 0);
    expect(plan.total).toBe(process + 2 * plan.replica);
  });
});
