// Students that we saved, opened by Python's transformers with PyTorch on the CPU: weights, settings, tokenizer, chat template.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { initStudent } from '../../../../src/learning/student/decoder/init.ts';
import { createStudent, loadStudent } from '../../../../src/learning/student/student.ts';
import { testPython } from '../../../support/python.ts';
import { exactBackends, SLOW_GPU } from '../backend/backends.ts';
import { farthest, fixture } from '../support.ts';

const found = testPython();
if ('why' in found) console.warn(`not tested: ${found.why}`);

const ids = [
  [1, 2, 3, 4, 5],
  [9, 8, 7, 6, 5],
];
const text = "def f(x):\n  return x + 1  # naïve, it's 🙂";
const chat = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: text },
] as const;

/** What transformers says of each folder. */
const SCRIPT = `
import json, os, sys
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer
request = json.loads(sys.argv[1])
ids = torch.tensor(request["ids"])
answers = []
for folder in request["folders"]:
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    greedy = model.generate(ids[:1], attention_mask=torch.ones_like(ids[:1]), max_new_tokens=8, do_sample=False)
    answer = {"logits": model(ids).logits.flatten().tolist(), "greedy": greedy[0, ids.shape[1]:].tolist()}
    if os.path.exists(os.path.join(folder, "tokenizer.json")):
        tokenizer = AutoTokenizer.from_pretrained(folder)
        answer["tokens"] = tokenizer(request["text"])["input_ids"]
        answer["prompt"] = tokenizer.apply_chat_template(request["chat"], add_generation_prompt=True, return_dict=False)
    answers.append(answer)
print(json.dumps(answers))
`;

interface Answer {
  logits: number[];
  greedy: number[];
  tokens?: number[];
  prompt?: number[];
}

const size = { size: 'tiny', vocabularySize: 270, contextLength: 64, seed: 3 } as const;
const fresh = () => createStudent(initStudent([text, 'return x'], size), 'wasm');

describe.skipIf('why' in found)('a student that we saved says in transformers what it says here', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stepwright-test-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const golden = ['qwen2-tiny-untied', 'llama-tiny-tied', 'llama3-tiny-scaled', 'qwen3-tiny'];
  const folders = ['tied', 'half', ...golden].map((name) => join(folder, name));
  let answers: Answer[];
  beforeAll(async () => {
    await (await fresh()).save(folders[0]!);
    await (await fresh()).save(folders[1]!, 'BF16');
    for (const name of golden) await (await loadStudent(fixture(name), { backend: 'wasm' })).save(join(folder, name));
    const { python } = found as { python: string };
    const { stdout } = await execa(python, ['-c', SCRIPT, JSON.stringify({ ids, text, chat, folders })]);
    answers = JSON.parse(stdout);
  }, 600_000);

  test.each(exactBackends)(
    'logits and greedy answers, on %s',
    async (backend) => {
      for (const [i, path] of folders.entries()) {
        const student = await loadStudent(path, { backend });
        expect(farthest((await student.logits(ids)).data, answers[i]!.logits), path).toBeLessThan(1e-4);
        expect((await student.generate([ids[0]!], { maxNewTokens: 8 }))[0]![0]!.tokens).toEqual(answers[i]!.greedy);
        student.dispose();
      }
    },
    SLOW_GPU,
  );

  test('tokens and prompts', async () => {
    const { tokenizer } = await fresh();
    expect(answers.slice(0, 2).map(({ tokens }) => tokens)).toEqual([tokenizer.encode(text), tokenizer.encode(text)]);
    expect(answers[0]!.prompt).toEqual(tokenizer.encodePrompt(chat));
  });
});
