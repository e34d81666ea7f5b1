// What a value has against its schema, in one line: where, what is there, and what is read instead.
import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

const MAX_SHOWN = 60;
const MAX_KEYS = 8;

/** `name`: of the field that `value` is. */
export function describeMismatch({ issues }: z.ZodError, value: unknown, name?: string): string {
  const issue = deepest(issues[0]!);
  const path = [...(name === undefined ? [] : [name]), ...issue.path].join('.');
  const found = valueAt(value, issue.path);
  const where = path === '' ? 'the row' : `\`${path}\``;
  if (hasOwnMessage(issue)) return `${where}: ${issue.message}`;
  if (found !== undefined) return `${where}: is ${show(found)}; ${wanted(issue)}`;
  const keys = describeKeys(valueAt(value, issue.path.slice(0, -1)));
  return `${where}: is missing${keys === undefined ? '' : `, there are ${keys}`}; ${wanted(issue)}`;
}

/** A schema that says itself what is wrong. */
const hasOwnMessage = ({ code, message }: Issue): boolean =>
  code === 'custom' || !/^(?:Invalid|Too|Unrec)/.test(message);

/** Of a union, what the branch has against it that goes furthest into the value. */
function deepest(issue: Issue): Issue {
  if (issue.code !== 'invalid_union') return issue;
  const inner = issue.errors
    .flatMap(([first]) => (first === undefined ? [] : [deepest(first)]))
    .sort((a, b) => b.path.length - a.path.length)[0];
  if (inner === undefined || inner.path.length === 0) return issue;
  return { ...inner, path: [...issue.path, ...inner.path] };
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, key)
        ? (at as Record<PropertyKey, unknown>)[key]
        : undefined,
    value,
  );
}

function wanted(issue: Issue): string {
  if (issue.code === 'invalid_value') return `known: ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'invalid_type') return `expected: ${issue.expected}`;
  if (issue.code === 'invalid_union') return `expected: ${expectedOf(issue)}`;
  return issue.message;
}

function expectedOf({ errors }: Extract<Issue, { code: 'invalid_union' }>): string {
  const types = errors.flat().flatMap((issue) => (issue.code === 'invalid_type' ? [issue.expected] : []));
  return types.length === 0 ? 'another value' : [...new Set(types)].join(' or ');
}

/** A value, clipped; of an object its keys. */
function show(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  const keys = describeKeys(value);
  if (keys !== undefined) return `an object of ${keys}`;
  const text = JSON.stringify(value) ?? String(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

/** The names in an object; undefined for anything else. */
export function describeKeys(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const names = Object.keys(value).map((name) => JSON.stringify(name.slice(0, 40)));
  if (names.length === 0) return 'nothing';
  const rest = names.length - MAX_KEYS;
  return rest > 0 ? `${names.slice(0, MAX_KEYS).join(', ')} and ${rest} more` : names.join(', ');
}
