// Placeholders for secrets. Numbers count the distinct values of a trajectory in reading order: the same value has the same placeholder
// wherever it stands, the copy is the same on every run, and nothing of the value can be computed from it (as from a hash it could).
import type { Trajectory } from '../../../core/schema/trajectory.ts';
import { findSecrets } from './find.ts';

export function redactTrajectory(trajectory: Trajectory): { trajectory: Trajectory; redacted: number } {
  const placeholders = new Map<string, string>();
  const counts = new Map<string, number>();
  const placeholderOf = (kind: string, value: string): string => {
    const key = `${kind}\0${value}`;
    const known = placeholders.get(key);
    if (known !== undefined) return known;
    const number = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, number);
    const made = placeholder(kind, number);
    placeholders.set(key, made);
    return made;
  };
  const copy = mapStrings(trajectory, (text) => redactText(text, placeholderOf)) as Trajectory;
  return { trajectory: copy, redacted: placeholders.size };
}

/** A plain word, so that code, shell, XML and URLs around it stay what they were; a mail address stays an address. */
const placeholder = (kind: string, number: number): string =>
  kind === 'mail' ? `redacted-${number}@example.com` : `REDACTED_${kind.toUpperCase()}_${number}`;

function redactText(text: string, placeholderOf: (kind: string, value: string) => string): string {
  let copy = '';
  let end = 0;
  for (const secret of findSecrets(text)) {
    copy += text.slice(end, secret.start) + placeholderOf(secret.kind, text.slice(secret.start, secret.end));
    end = secret.end;
  }
  return copy + text.slice(end);
}

function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapStrings(item, change)]));
}
