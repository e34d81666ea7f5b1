// Values that have the form of secrets and are none: made from a seed, since a repository that held them would be searched for them.
import { createRandom } from '../../src/core/run/random.ts';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
export const alphabets = {
  hex: '0123456789abcdef',
  letters: LETTERS,
  base62: `0123456789${LETTERS}`,
  base32: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567',
};

export function randomText(length: number, alphabet: keyof typeof alphabets = 'base62', seed = 1): string {
  const random = createRandom(`${alphabet}${length}${seed}`);
  const characters = alphabets[alphabet];
  return Array.from({ length }, () => characters[Math.floor(random() * characters.length)]).join('');
}

export const githubToken = (seed = 1): string => `ghp_${randomText(36, 'base62', seed)}`;

export const privateKey = (): string => {
  const lines = Array.from({ length: 6 }, (_, line) => randomText(64, 'base62', line));
  return ['-----BEGIN RSA PRIVATE KEY-----', ...lines, '-----END RSA PRIVATE KEY-----'].join('\n');
};
