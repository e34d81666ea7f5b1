// Choosing the next token from a row of logits: greedy, or from softmax(logits / temperature) with a random number of the caller's.

export interface Choice {
  token: number;
  /** Log-probability under the softmax of the whole row (divided by the temperature unless greedy), as the training forward gives it. */
  logProb: number;
}

/** One of the first `tokens` entries. `random` is one number in [0, 1); temperature 0 takes the most likely token. */
export function chooseToken(logits: Float32Array, tokens: number, temperature: number, random: number): Choice {
  const scale = temperature === 0 ? 1 : 1 / temperature;
  let best = 0;
  for (let i = 1; i < tokens; i++) if (logits[i]! > logits[best]!) best = i;
  const weights = logits.map((logit) => Math.exp((logit - logits[best]!) * scale));
  const allowed = weights.subarray(0, tokens);
  const token = temperature === 0 ? best : drawFrom(allowed, random * sum(allowed), best);
  return { token, logProb: (logits[token]! - logits[best]!) * scale - Math.log(sum(weights)) };
}

const sum = (values: Float32Array): number => {
  let total = 0;
  for (const value of values) total += value;
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
