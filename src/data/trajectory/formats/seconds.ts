// Times that sources tell in seconds. A number that is no time, or too large to be one, is not told.

export function millisecondsOf(seconds: unknown): number | undefined {
  const ms = typeof seconds === 'number' ? seconds * 1000 : Number.NaN;
  return Number.isFinite(ms) && ms >= 0 ? ms : undefined;
}

/** Of seconds since 1970. */
export function isoTimeOf(seconds: unknown): string | undefined {
  const date = new Date(millisecondsOf(seconds) ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
