// JSON rows of pairs → JSON lines of rewards, on whatever thread.
import { type BadRow, parseRow, type RawRow } from '../../core/io/rows.ts';
import { messageOf } from '../../core/schema/errors.ts';
import { createPairReward, type Pair, type PairReward, type PairRewardOptions } from './pairs.ts';

/** The line of a reward, or why there is none. */
export type Scored = string | BadRow;

export type ScoreRows = (rows: readonly (RawRow | BadRow)[]) => Scored[];

export async function createScoreRows(options: PairRewardOptions): Promise<ScoreRows> {
  const rewardOf = await createPairReward(options);
  return (rows) =>
    rows.map((row) => {
      const { file, line, byteOffset } = row;
      const scored = scoreRow(row);
      return 'why' in scored ? { file, line, byteOffset, why: scored.why } : JSON.stringify(scored);
    });

  function scoreRow(raw: RawRow | BadRow): PairReward | { why: string } {
    const row = 'why' in raw ? raw : parseRow(raw);
    if ('why' in row) return row;
    if (!isPair(row.value)) return { why: 'expected strings `a` and `b`, or `text` and `expert`' };
    try {
      return rewardOf(row.value);
    } catch (error) {
      return { why: messageOf(error) };
    }
  }
}

function isPair(value: unknown): value is Pair {
  const { a, b, text, expert } = (value ?? {}) as Record<string, unknown>;
  return (typeof a === 'string' && typeof b === 'string') || (typeof text === 'string' && typeof expert === 'string');
}
