// Pairs of 4,000 and 4,000 characters: what actions are made of, and what is worst for the algorithm.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom } from '../../src/core/run/random.ts';
import type { Pair } from './peers.ts';

const LENGTH = 4000;
const LETTERS = 'abcdefghijklmnopqrstuvwxyz (){}=.;\n_"';

const random = createRandom(1);
const below = (n: number): number => Math.floor(random() * n);
const draw = (alphabet: string, length = LENGTH): string =>
  Array.from({ length }, () => alphabet[below(alphabet.length)]).join('');

/** Deletes, doubles or replaces this share of the characters. */
const edit = (text: string, rate: number, alphabet = LETTERS): string =>
  Array.from(text, (character) =>
    random() < rate ? ['', character + draw(alphabet, 1), draw(alphabet, 1)][below(3)] : character,
  ).join('');

const code = ['agents/loop/attempt.ts', 'world/judge/judge.ts', 'cli/main.ts']
  .map((path) => readFileSync(join(import.meta.dirname, '../../src', path), 'utf8'))
  .join('');
const source = code.slice(0, LENGTH);
const two = draw('ab');

export const realistic: Record<string, Pair> = {
  'code, 3 % edited': [edit(source, 0.03), source],
  'code, 20 % edited': [edit(source, 0.2), source],
  'other code': [code.slice(LENGTH, 2 * LENGTH), source],
  '37 random letters': [draw(LETTERS), draw(LETTERS)],
};

/** Timed with autojunk off: with it none of their characters starts a match. */
export const fewCharacters: Record<string, Pair> = {
  'one character': ['a'.repeat(LENGTH - 1), 'a'.repeat(LENGTH)],
  'a period': ['ab'.repeat(LENGTH / 2), 'ba'.repeat(LENGTH / 2 - 3)],
  'a broken period': [
    `${'ab'.repeat(50)}c`.repeat(40).slice(0, LENGTH),
    `${'ab'.repeat(49)}d`.repeat(41).slice(0, LENGTH),
  ],
  'two random letters': [draw('ab'), draw('ab')],
  'two letters, 10 % edited': [edit(two, 0.1, 'ab'), two],
  'four random letters': [draw('acgt'), draw('acgt')],
  'stretches of one letter': [stretches(), stretches()],
};

function stretches(): string {
  let text = '';
  while (text.length < LENGTH) text += `${'a'.repeat(1 + below(80))}b`;
  return text.slice(0, LENGTH);
}
