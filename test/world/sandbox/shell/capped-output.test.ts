// Head and tail within a budget.
import { describe, expect, test } from 'vitest';
import { CappedOutput } from '../../../../src/world/sandbox/shell/capped-output.ts';

const fill = (maxBytes: number, text: string, chunk: number): CappedOutput => {
  const output = new CappedOutput(maxBytes);
  for (let at = 0; at < text.length; at += chunk) {
    const bytes = Buffer.from(text.slice(at, at + chunk));
    output.push(bytes);
    // What it keeps is its own.
    bytes.fill('#');
  }
  return output;
};

const digits = '0123456789'.repeat(10);

describe.each([1, 3, 10, 100])('chunks of %i bytes', (chunk) => {
  test('within the budget nothing is cut', () => {
    const output = fill(100, digits, chunk);
    expect(output.toBuffer().toString()).toBe(digits);
    expect(output.cutBytes).toBe(0);
  });

  test('beyond it half is head, half is tail, and the rest is counted', () => {
    const output = fill(20, digits, chunk);
    expect(output.cutBytes).toBe(80);
    expect(output.toBuffer().toString()).toBe('0123456789\n[… 80 bytes cut …]\n0123456789');
    expect(output.cutBytes).toBe(80);
  });
});

test.each([98, 99, 100, 101, 149, 150, 151])('the tail is the last bytes, %i written', (length) => {
  const text = digits.repeat(2).slice(0, length);
  const kept = fill(100, text, 7).toBuffer().toString();
  expect(kept.startsWith(text.slice(0, 50))).toBe(true);
  expect(kept.endsWith(text.slice(Math.max(50, length - 50)))).toBe(true);
  expect(kept.includes('bytes cut')).toBe(length > 100);
});

test('one byte too many is one byte cut', () => {
  expect(fill(10, 'abcdefghijk', 11).toBuffer().toString()).toBe('abcde\n[… 1 bytes cut …]\nghijk');
});

test('a gigabyte keeps no more than the budget', () => {
  const output = new CappedOutput(1000);
  const chunk = Buffer.alloc(1_000_000, 'x');
  for (let i = 0; i < 1000; i++) output.push(chunk);
  expect(output.cutBytes).toBe(1e9 - 1000);
  expect(output.toBuffer().length).toBeLessThan(1100);
});

test('nothing pushed is nothing kept', () => {
  expect(new CappedOutput(10).toBuffer().length).toBe(0);
});
