// Choosing the next token from a row of logits: greedy, or from softmax(logits / temperature), whole or cut to its likeliest tokens, with
// a random number of the caller's.

export interface Choice {
  token: number;
  /** Log-probability under the softmax of the whole row (divided by the temperature unless greedy), as the training forward gives it. With
   * top-p or top-k the token is drawn from a cut softmax, in which it is likelier; as TRL on transformers, training does not correct for that. */
  logProb: number;
}

export interface SamplingOptions {
  /** 0 takes the likeliest token. */
  temperature: number;
  /** Only the likeliest tokens that together have this share of the probability (nucleus sampling, arXiv 1904.09751). @default 1 */
  topP?: number;
  /** Only so many likeliest tokens. @default 0, all */
  topK?: number;
}

/** One of the first `tokens` entries. `random` is one number in [0, 1). */
export function chooseToken(logits: Float32Array, tokens: number, options: SamplingOptions, random: number): Choice {
  const { temperature, topP = 1, topK = 0 } = options;
  const scale = temperature === 0 ? 1 : 1 / temperature;
  let best = 0;
  for (let i = 1; i < tokens; i++) if (logits[i]! > logits[best]!) best = i;
  const weights = new Float32Array(logits.length);
  for (let i = 0; i < logits.length; i++) weights[i] = Math.exp((logits[i]! - logits[best]!) * scale);
  const logProbOf = (token: number): number => (logits[token]! - logits[best]!) * scale - Math.log(total);
  const total = sum(weights);
  if (temperature === 0) return { token: best, logProb: logProbOf(best) };
  const allowed = weights.subarray(0, tokens);
  if (topP < 1 || topK > 0) keepLikeliest(allowed, topP, topK);
  const token = drawFrom(allowed, random * sum(allowed), best);
  return { token, logProb: logProbOf(token) };
}

/** Zeroes the weights of all tokens but the likeliest ones; at least one stays. Of equal weights the first are kept. */
function keepLikeliest(weights: Float32Array, topP: number, topK: number): void {
  const order = Array.from(weights.keys()).sort((a, b) => weights[b]! - weights[a]! || a - b);
  const likeliest = topK > 0 ? order.slice(0, topK) : order;
  const wanted = topP * likeliest.reduce((share, token) => share + weights[token]!, 0);
  let [kept, share] = [0, 0];
  while (kept === 0 || (kept < likeliest.length && share < wanted)) share += weights[likeliest[kept++]!]!;
  for (const token of order.slice(kept)) weights[token] = 0;
}

const sum = (values: Float32Array): number => {
  let total = 0;
  // By index: V8's iterator of typed arrays takes six times as long.
  for (let i = 0; i < values.length; i++) total += values[i]!;
  return total;
};

function drawFrom(weights: Float32Array, at: number, fallback: number): number {
  let left = at;
  for (let i = 0; i < weights.length; i++) {
    left -= weights[i]!;
    if (left < 0) return i;
  }
  // Rounding left a crumb at the end.
  return fallback;
}
