import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { mapPool } from '../../../src/core/run/pool.ts';
import { createRandom, shuffle } from '../../../src/core/run/random.ts';

describe('the pool', () => {
  test('keeps the order of the items and never runs more than it may', async () => {
    let running = 0;
    let most = 0;
    const results = await mapPool([5, 1, 3, 2], 2, async (ms) => {
      most = Math.max(most, ++running);
      await sleep(ms);
      running--;
      return ms * 2;
    });
    expect(results).toEqual([10, 2, 6, 4]);
    expect(most).toBe(2);
  });

  test('waits for what runs before it throws, and starts nothing after an abort', async () => {
    const controller = new AbortController();
    const started: number[] = [];
    const finished: number[] = [];
    const work = mapPool(
      [0, 1, 2, 3],
      2,
      async (item) => {
        started.push(item);
        if (item === 0) controller.abort();
        await sleep(5);
        finished.push(item);
      },
      { signal: controller.signal },
    );
    await expect(work).rejects.toThrow(/abort/i);
    expect(started).toEqual([0]);
    expect(finished).toEqual(started);
  });

  test('after one failure starts nothing more, waits for what runs, and throws that failure', async () => {
    const started: number[] = [];
    const finished: number[] = [];
    const work = mapPool(
      Array.from({ length: 500 }, (_, item) => item),
      4,
      async (item) => {
        started.push(item);
        if (item === 1) throw new Error('disk full');
        await sleep(5);
        finished.push(item);
      },
    );
    await expect(work).rejects.toThrow('disk full');
    expect(started).toEqual([0, 1, 2, 3]);
    expect(finished).toEqual([0, 2, 3]);
  });
});

describe('seeded randomness', () => {
  test('the same seed gives the same shuffle, another seed another, and nothing is lost', () => {
    const items = Array.from({ length: 30 }, (_, n) => n);
    const once = shuffle(createRandom('a'), items);
    expect(shuffle(createRandom('a'), items)).toEqual(once);
    expect(shuffle(createRandom('b'), items)).not.toEqual(once);
    expect(once.toSorted((x, y) => x - y)).toEqual(items);
  });
});
