// A trajectory as a row that can be read again: what a model left behind may be longer than any row is.
import { DEFAULT_MAX_ROW_BYTES } from '../../core/io/rows.ts';
import type { Attempt, AttemptStep } from '../../core/schema/trajectory.ts';
import { isPending } from './store.ts';

/** All of the attempt where it fits. Otherwise without its patch where that is what takes the room (the ending says so), or without what its
 * commands printed beyond what the model was shown. */
export function fitRow(attempt: Attempt, maxBytes = DEFAULT_MAX_ROW_BYTES): Attempt {
  const bytes = sizeOf(attempt);
  if (bytes <= maxBytes) return attempt;
  if (bytes - sizeOf(attempt.patch) <= maxBytes) return withoutPatch(attempt, bytes, maxBytes);
  const slim = { ...attempt, steps: attempt.steps.map(withoutRawOutput) };
  return sizeOf(slim) <= maxBytes ? slim : withoutPatch(slim, bytes, maxBytes);
}

const sizeOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

function withoutRawOutput({ raw_output, ...step }: AttemptStep): AttemptStep {
  return raw_output === undefined ? step : { ...step, truncated: true };
}

/** An attempt that is to be made again keeps the ending that says so. */
const withoutPatch = (attempt: Attempt, bytes: number, maxBytes: number): Attempt => ({
  ...attempt,
  ...(!isPending(attempt) && { ending: 'patch_too_large' }),
  error: `the patch takes ${sizeOf(attempt.patch)} bytes of a row of ${bytes}, rows have up to ${maxBytes}: it is left out`,
  patch: '',
});
