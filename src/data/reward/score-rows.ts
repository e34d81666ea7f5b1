// JSON rows of pairs → JSON lines of rewards, on whatever thread.
import { type BadRow, parseRow, type RawRow } from '../../core/io/rows.ts';
import { messageOf } from '../../core/schema/errors.ts';
import { clipJson } from '../../core/schema/escape-controls.ts';
import { keysOf } from '../../core/schema/issue-text.ts';
import { createPairReward, type Pair, type PairReward, type PairRewardOptions } from './pairs.ts';

/** The line of a reward, or why there is none. */
export type Scored = string | BadRow;

export type ScoreRows = (rows: readonly (RawRow | BadRow)[]) => Scored[];

export async function createScoreRows(options: PairRewardOptions): Promise<ScoreRows> {
  const rewardOf = await createPairReward(options);
  return (rows) =>
    rows.map((row) => {
      const { file, line, byteOffset, index } = row;
      const scored = scoreRow(row);
      if (!('why' in scored)) return JSON.stringify(scored);
      return { file, line, byteOffset, ...(index !== undefined && { index }), why: scored.why };
    });

  function scoreRow(raw: RawRow | BadRow): PairReward | { why: string } {
    const row = 'why' in raw ? raw : parseRow(raw);
    if ('why' in row) return row;
    if (!isPair(row.value))
      return { why: `expected strings \`a\` and \`b\`, or \`text\` and \`expert\`${whatElse(row.value)}` };
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

/** The first field of a pair that is no string; of no pair, the fields that are there. */
function whatElse(value: unknown): string {
  if (typeof value !== 'object' || value === null) return `, found ${clipJson(value)}`;
  const row = value as Record<string, unknown>;
  const fields = ['a', 'b', 'text', 'expert'].filter((name) => Object.hasOwn(row, name));
  const wrong = fields.find((name) => typeof row[name] !== 'string');
  if (wrong === undefined) return keysOf(value);
  const isChat = Array.isArray(row[wrong]) && typeof row[wrong][0]?.role === 'string';
  if (isChat) return `; \`${wrong}\` is a list of messages: give the text of the model's turn`;
  return `; \`${wrong}\` is ${clipJson(row[wrong])}`;
}
