// The limits of one attempt. 0 = no limit; reaching one is an ending, not an error.
import type { Ending } from '../../core/schema/trajectory.ts';

export interface AttemptLimits {
  steps: number;
  /** Input and output tokens of all calls together. */
  tokens: number;
  costUsd: number;
  /** Wall clock of the attempt. */
  timeMs: number;
  /** Wall clock of one command. */
  commandTimeoutMs: number;
  /** Characters of one observation that the model is shown. */
  observationChars: number;
  /** Malformed answers in a row that end the attempt. */
  malformedInRow: number;
}

export const defaultLimits: AttemptLimits = {
  steps: 50,
  tokens: 0,
  costUsd: 0,
  timeMs: 0,
  commandTimeoutMs: 60_000,
  observationChars: 16_000,
  malformedInRow: 3,
};

export interface Spent {
  steps: number;
  tokens: number;
  costUsd: number;
  malformedInRow: number;
}

/** The ending that a limit asks for before another call is made. */
export function endingBy(limits: AttemptLimits, spent: Spent): Ending | undefined {
  const reached = (limit: number, value: number): boolean => limit > 0 && value >= limit;
  if (reached(limits.malformedInRow, spent.malformedInRow)) return 'format_error';
  if (reached(limits.steps, spent.steps)) return 'step_limit';
  if (reached(limits.tokens, spent.tokens)) return 'token_limit';
  return reached(limits.costUsd, spent.costUsd) ? 'cost_limit' : undefined;
}
