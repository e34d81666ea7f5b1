// Packing: prompts with the answers that follow them, laid end to end as rows without padding. The answers of one prompt share its rows:
// an answer's token sees the prompt and its own answer so far, so a group of G rollouts costs one prompt, not G, and is exactly what G
// separate sequences would give.

export interface Example {
  prompt: readonly number[];
  completions: readonly (readonly number[])[];
}

/** A run of query rows of one example and the keys they may see: the example's first `keys` rows, less what `bias` masks. */
export interface QueryBlock {
  from: number;
  to: number;
  keys: number;
  /** [to-from, keys] of 0 and -1e9. */
  bias: Float32Array;
}

export interface PackedExample {
  /** First row in the pack, and how many rows. */
  start: number;
  rows: number;
  /** First row (within the example) from which something is predicted. */
  firstPredicting: number;
  blocks: QueryBlock[];
}

export interface Pack {
  tokens: Int32Array;
  positions: Int32Array;
  examples: PackedExample[];
  /** What is predicted, completion after completion: `rows[i]` (in the pack) predicts token `targets[i]`. */
  rows: Int32Array;
  targets: Int32Array;
}

/** Rows that an example takes: the last token of a completion is predicted, never read. */
export const rowsOf = (example: Example): number =>
  example.prompt.length + example.completions.reduce((sum, completion) => sum + Math.max(0, completion.length - 1), 0);

/** Longer runs of queries are split, so that causal attention skips most of the keys it would mask. Shorter ones would cost more in
 * operations than they save in arithmetic. */
const BLOCK = 256;

export function packExamples(examples: readonly Example[]): Pack {
  const tokens: number[] = [];
  const positions: number[] = [];
  const rows: number[] = [];
  const targets: number[] = [];
  const packed: PackedExample[] = [];
  for (const { prompt, completions } of examples) {
    const start = tokens.length;
    // The answer that a row belongs to; -1 for the prompt.
    const owner: number[] = prompt.map(() => -1);
    // One by one: a long prompt has more tokens than a call takes arguments.
    prompt.forEach((token, position) => {
      tokens.push(token);
      positions.push(position);
    });
    completions.forEach((completion, index) => {
      completion.forEach((token, t) => {
        rows.push(t === 0 ? start + prompt.length - 1 : tokens.length - 1);
        targets.push(token);
        if (t === completion.length - 1) return;
        tokens.push(token);
        positions.push(prompt.length + t);
        owner.push(index);
      });
    });
    const firstPredicting = prompt.length - 1;
    packed.push({ start, rows: owner.length, firstPredicting, blocks: queryBlocks(owner, prompt.length) });
  }
  return {
    tokens: Int32Array.from(tokens),
    positions: Int32Array.from(positions),
    examples: packed,
    rows: Int32Array.from(rows),
    targets: Int32Array.from(targets),
  };
}

/** Runs of query rows, each of which sees keys from the example's first row on. */
export function blockRanges(promptLength: number, rows: number): { from: number; to: number }[] {
  const cuts = [0, promptLength - 1, rows];
  for (let cut = BLOCK; cut < rows; cut += BLOCK) if (cut < promptLength - 1) cuts.push(cut);
  const sorted = [...new Set(cuts)].sort((left, right) => left - right);
  return sorted.slice(1).map((to, index) => ({ from: sorted[index]!, to }));
}

function queryBlocks(owner: readonly number[], promptLength: number): QueryBlock[] {
  return blockRanges(promptLength, owner.length).map(({ from, to }) => {
    const bias = new Float32Array((to - from) * to);
    for (let query = from; query < to; query++) {
      const row = bias.subarray((query - from) * to);
      for (let key = 0; key < to; key++) {
        const visible = key <= query && (owner[key] === -1 || owner[key] === owner[query]);
        if (!visible) row[key] = -1e9;
      }
    }
    return { from, to, keys: to, bias };
  });
}
