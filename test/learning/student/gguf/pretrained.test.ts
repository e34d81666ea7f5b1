// Pretrained students: what Stepwright makes of their GGUF files, and what gguf-py, tokenizers and transformers make of them.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../../../src/core/run/paths.ts';
import { createRandom } from '../../../../src/core/run/random.ts';
import { loadStudent, type Student } from '../../../../src/learning/student/student.ts';
import { testPython } from '../../../support/python.ts';
import { farthest } from '../support.ts';
import { pretrainedStudent } from './students.ts';

const found = testPython();
if ('why' in found) console.warn(`not tested: ${found.why}`);

const chat = [
  { role: 'system', content: 'You write Python.' },
  { role: 'user', content: 'Write a function is_palindrome(s) that ignores case and spaces. Only code.' },
] as const;
/** In a process of its own, which prints the most memory that it had, in KiB. */
const IMPORT = `
import { importGguf } from './src/learning/student/gguf/import.ts';
await importGguf(...process.argv.slice(1), { emit: () => undefined });
console.log(process.resourceUsage().maxRSS);
`;

/** Last positions of the prompt whose logits are compared. */
const POSITIONS = 4;

interface Answer {
  /** Names of the tensors that are not what gguf-py makes of them. */
  different: string[];
  tokens: number[][];
  logits: number[];
  prompt: number[];
  greedy: number[];
}

/** What tokenizers differ in: runs of spaces, marks, digits and cases, accents composed or not, other scripts, special tokens. */
const PIECES = [
  ...['def f(x):', 'return', ' == ', '!=', '\n', '\n\n', '\r\n', '\t', ' ', '  ', '    ', '"', "'s", "'LL", "I'm", '…'],
  ...[
    '0',
    '12',
    '2026',
    '3.14',
    'naïve',
    'nai\u0308ve',
    'Ångström',
    'A\u030angstrom',
    'ﬁ',
    '½',
    '²',
    'ǅ',
    '١٢',
    '你好',
    '日本語',
  ],
  ...[
    '🙂',
    '👩‍💻',
    'Здравствуй',
    'مرحبا',
    '\u00a0',
    '\u200b',
    '\u3000',
    '\ufeff',
    'x_1',
    'camelCase',
    'HTTP',
    '</think>',
    '<function=bash>',
  ],
  ...[
    '<|im_start|>',
    '<|im_end|>',
    '<|endoftext|>',
    '#',
    '//',
    '/*',
    '-->',
    '{}',
    '[',
    ']',
    '\\n',
    '$',
    '@',
    '~',
    '`',
    '́',
    'e',
  ],
];

function randomTexts(count: number): string[] {
  const random = createRandom('pretrained/texts');
  const below = (limit: number): number => Math.floor(random() * limit);
  const character = (): string => {
    const point = below(random() < 0.7 ? 0x3000 : 0x1ffff);
    const text = String.fromCodePoint(point);
    // No halves of pairs; no marks, since the order that tokenizers puts them in is that of Unicode 9.
    return /[\p{Cs}\p{M}]/u.test(text) ? 'é' : text;
  };
  const piece = (): string => (random() < 0.8 ? PIECES[below(PIECES.length)]! : character());
  return Array.from({ length: count }, () => Array.from({ length: 1 + below(12) }, piece).join(''));
}

const texts = randomTexts(10_000);

describe.each(['smollm2', 'qwen'] as const)('%s', (name) => {
  const file = pretrainedStudent(name);
  describe.skipIf('why' in found || file === undefined)('imported from its GGUF file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'stepwright-test-'));
    let peakBytes: number;
    let answer: Answer;
    let student: Student;
    beforeAll(async () => {
      const script = ['--import', 'tsx', '--input-type=module', '-e', IMPORT, file!, join(folder, name)];
      const child = await execa(process.execPath, script, { cwd: packageRoot });
      peakBytes = 1024 * Number(child.stdout);
      const { python } = found as { python: string };
      const request = { file, folder: join(folder, name), texts, chat, positions: POSITIONS };
      const { stdout } = await execa(python, [join(import.meta.dirname, 'peer.py')], {
        input: JSON.stringify(request),
      });
      answer = JSON.parse(stdout);
      student = await loadStudent(join(folder, name), { backend: 'auto' });
    }, 900_000);
    afterAll(() => {
      student?.dispose();
      rmSync(folder, { recursive: true });
    });

    test('importing takes less memory than 1.3 times what is written', () => {
      expect(peakBytes).toBeLessThan(1.3 * statSync(join(folder, name, 'model.safetensors')).size);
    });

    test('every tensor is what gguf-py makes of it, bit for bit', () => {
      expect(answer.different).toEqual([]);
    });

    test('10,000 texts have the same tokens as in tokenizers', () => {
      const different = texts.filter((text, i) => student.tokenizer.encode(text).join() !== answer.tokens[i]!.join());
      expect(different).toEqual([]);
    });

    test('a prompt and its logits are the same as in transformers', async () => {
      expect(student.tokenizer.encodePrompt(chat)).toEqual(answer.prompt);
      const { data, shape } = await student.logits([answer.prompt]);
      expect(farthest(data.subarray(-POSITIONS * shape[2]), answer.logits)).toBeLessThan(2e-4);
    }, 600_000);

    test('60 tokens of greedy text are the same as in transformers', async () => {
      const [answers] = await student.generate([answer.prompt], { maxNewTokens: 60 });
      const own = answers![0]!;
      expect(own.tokens).toEqual(answer.greedy);
      // It is text: the weights, the tokenizer and the template belong together.
      expect(student.tokenizer.decode(own.tokens)).toMatch(/def is_palindrome/);
    }, 600_000);
  });
});
