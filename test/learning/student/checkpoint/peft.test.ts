// Adapters here and in Python's PEFT on transformers: what we write it reads, what it writes we read, and the gradients are torch's.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRandom } from '../../../../src/core/run/random.ts';
import { type StudentFiles, writeStudent } from '../../../../src/learning/student/checkpoint/files.ts';
import { adapterLayout, initialAdapter, mergeAdapter } from '../../../../src/learning/student/decoder/lora.ts';
import { loraTargets } from '../../../../src/learning/student/decoder/lora-targets.ts';
import { loadStudent, readStudent } from '../../../../src/learning/student/student.ts';
import { createReplica } from '../../../../src/learning/train/parallel/replica.ts';
import { testPython } from '../../../support/python.ts';
import { exactBackends } from '../backend/backends.ts';
import { farthest, fixture, norm, numbers } from '../support.ts';

const found = testPython();
if ('why' in found) console.warn(`not tested: ${found.why}`);

const ids = [
  [1, 2, 3, 4, 5],
  [9, 8, 7, 6, 5],
];

/** Opens our adapters, tells logits (also with the adapter merged) and gradients of the language model's loss; makes adapters of its
 * own. */
const SCRIPT = `
import json, sys
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM
request = json.loads(sys.argv[1])
ids = torch.tensor(request["ids"])
load = lambda folder: AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
opened = []
for base, folder in request["ours"]:
    model = PeftModel.from_pretrained(load(base), folder, is_trainable=True)
    output = model(ids, labels=ids)
    output.loss.backward()
    grads = {name.replace(".default", ""): p.grad.flatten().tolist() for name, p in model.named_parameters() if p.requires_grad}
    logits = output.logits.flatten().tolist()
    merged = model.merge_and_unload()(ids).logits.flatten().tolist()
    opened.append({"logits": logits, "merged": merged, "loss": output.loss.item(), "grads": grads})
made = []
for base, folder, settings in request["theirs"]:
    torch.manual_seed(0)
    model = get_peft_model(load(base), LoraConfig(task_type="CAUSAL_LM", **settings))
    initial = max(p.abs().max().item() * p.shape[1] ** 0.5 for name, p in model.named_parameters() if "lora_A" in name)
    for name, p in model.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(p, std=0.1)
    model.save_pretrained(folder)
    made.append({"logits": model(ids).logits.flatten().tolist(), "initial": initial})
print(json.dumps({"opened": opened, "made": made}))
`;

interface Reply {
  opened: { logits: number[]; merged: number[]; loss: number; grads: Record<string, number[]> }[];
  made: { logits: number[]; initial: number }[];
}

async function adapted(kind: string): Promise<StudentFiles> {
  const base = fixture(`qwen2-tiny-${kind}`);
  const student = await readStudent(base, { allowMissingTokenizer: true });
  const lora = { r: 3, alpha: 12, targets: loraTargets };
  const parameters = numbers(adapterLayout(student.config, lora).size).map((value) => value / 4);
  return { ...student, adapter: { lora, parameters, base } };
}

describe.skipIf('why' in found)('adapters in PEFT', () => {
  const kinds = ['tied', 'untied'];
  const folder = mkdtempSync(join(tmpdir(), 'stepwright-test-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const settings = [
    { r: 4, lora_alpha: 12, target_modules: ['q_proj', 'down_proj'] },
    { r: 2, lora_alpha: 3, target_modules: 'all-linear' },
  ];
  let reply: Reply;
  beforeAll(async () => {
    for (const kind of kinds) await writeStudent(join(folder, kind), await adapted(kind));
    const request = {
      ids,
      ours: kinds.map((kind) => [fixture(`qwen2-tiny-${kind}`), join(folder, kind)]),
      theirs: kinds.map((kind, i) => [fixture(`qwen2-tiny-${kind}`), join(folder, `their-${kind}`), settings[i]]),
    };
    const { python } = found as { python: string };
    const { stdout } = await execa(python, ['-c', SCRIPT, JSON.stringify(request)]);
    reply = JSON.parse(stdout.split('\n').at(-1)!);
  }, 600_000);

  test.each(exactBackends)('one of ours gives there the logits that it gives here, on %s', async (backend) => {
    for (const [i, kind] of kinds.entries()) {
      const student = await loadStudent(join(folder, kind), { backend });
      const { data } = await student.logits(ids);
      student.dispose();
      expect(farthest(data, reply.opened[i]!.logits), kind).toBeLessThan(1e-4);
      expect(farthest(data, reply.opened[i]!.merged), kind).toBeLessThan(1e-4);
    }
  });

  test.each(exactBackends)('loss and the gradient of every A and B are those of torch, on %s', async (backend) => {
    const examples = ids.map((row) => ({ prompt: row.slice(0, 1), completions: [row.slice(1)], weights: [1 / 8] }));
    for (const [i, kind] of kinds.entries()) {
      const { config, adapter, parameters } = await readStudent(join(folder, kind), { allowMissingTokenizer: true });
      const { lora, parameters: trained } = adapter!;
      const replica = await createReplica(config, trained, { backend, frozen: { lora, parameters } });
      const gradient = new Float32Array(trained.length);
      const options = { temperature: 1, clipLow: 0, clipHigh: 0 };
      const { loss } = await replica.gradients(examples, options, gradient);
      replica.dispose();
      const { loss: theirs, grads } = reply.opened[i]!;
      expect(Math.abs(loss - theirs)).toBeLessThan(1e-5);
      const { parameters: parts } = adapterLayout(config, lora);
      expect(Object.keys(grads)).toHaveLength(parts.length);
      for (const { name, offset, size } of parts) {
        const [part, expected] = [gradient.subarray(offset, offset + size), grads[`base_model.model.${name}`]!];
        const difference = part.map((value, at) => value - expected[at]!);
        expect(norm(difference) / norm(expected), name).toBeLessThan(1e-4);
      }
    }
  });

  test.each(exactBackends)('one of PEFT gives here the logits that it gives there, on %s', async (backend) => {
    for (const [i, kind] of kinds.entries()) {
      const student = await loadStudent(join(folder, `their-${kind}`), { backend });
      expect(farthest((await student.logits(ids)).data, reply.made[i]!.logits), kind).toBeLessThan(1e-4);
      student.dispose();
    }
  });

  test('a new adapter is drawn from the range of PEFT: ±1/√in, and B is zero', async () => {
    const { config } = await adapted('tied');
    const lora = { r: 4, alpha: 8, targets: loraTargets };
    const flat = initialAdapter(config, lora, createRandom('a'));
    const bounds = adapterLayout(config, lora).parameters.map(({ name, shape, offset, size }) => {
      const largest = Math.max(...flat.subarray(offset, offset + size).map(Math.abs));
      return name.includes('lora_A') ? largest * Math.sqrt(shape[1]!) : largest - 1;
    });
    const [a, b] = [bounds.filter((bound) => bound > 0), bounds.filter((bound) => bound < 0)];
    expect(Math.max(...a)).toBeLessThanOrEqual(1);
    expect(Math.max(...a)).toBeGreaterThan(0.95);
    expect(b).toEqual(a.map(() => -1));
    for (const { initial } of reply.made) expect(initial).toBeCloseTo(1, 1);
  });
});

test('generation with an adapter gives its tokens the log-probabilities of the training forward, merged or not', async () => {
  const { config, adapter, parameters } = await adapted('untied');
  const { lora, parameters: trained } = adapter!;
  const replica = await createReplica(config, trained, { backend: 'wasm', frozen: { lora, parameters } });
  const job = { prompts: ids, streams: ['a', 'b'], group: 2, maxNewTokens: 6, temperature: 1, stopTokens: [] };
  const answers = await replica.rollouts({ ...job, tokens: config.vocabSize });
  const examples = answers.map((group, i) => ({
    prompt: ids[i]!,
    completions: group.map(({ tokens }) => tokens),
    oldLogProbs: group.map(({ logProbs }) => logProbs),
    weights: [1, 1],
  }));
  const options = { temperature: 1, clipLow: 0, clipHigh: 0 };
  const { maxDifference } = await replica.gradients(examples, options, new Float32Array(trained.length));
  replica.dispose();
  expect(maxDifference).toBeGreaterThan(0);
  expect(maxDifference).toBeLessThan(1e-4);
  const merged = await createReplica(config, mergeAdapter(config, adapter!, parameters), { backend: 'wasm' });
  const stats = await merged.gradients(examples, options, new Float32Array(parameters.length));
  merged.dispose();
  expect(stats.maxDifference).toBeLessThan(1e-4);
});
