// Choosing the next token from a row of logits: greedy, or from softmax(logits / temperature) with a random number of the caller's.

export interface Choice {
  token: number;
  /** Log-probability under softmax(logits / temperature); of the plain softmax when greedy. */
  logProb: number;
}

/** `random` is one number in [0, 1); temperature 0 takes the most likely token. */
export function chooseToken(logits: Float32Array, temperature: number, random: number): Choice {
  const scale = temperature === 0 ? 1 : 1 / temperature;
  let best = 0;
  for (let i = 1; i < logits.length; i++) if (logits[i]! > logits[best]!) best = i;
  const top = logits[best]! * scale;
  let total = 0;
  const weights = logits.map((logit) => {
    const weight = Math.exp(logit * scale - top);
    total += weight;
    return weight;
  });
  const token = temperature === 0 ? best : drawFrom(weights, random * total, best);
  return { token, logProb: logits[token]! * scale - top - Math.log(total) };
}

function drawFrom(weights: Float32Array, at: number, fallback: number): number {
  let left = at;
  for (let i = 0; i < weights.length; i++) {
    left -= weights[i]!;
    if (left < 0) return i;
  }
  // Rounding left a crumb at the end.
  return fallback;
}
