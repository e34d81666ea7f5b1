// The first thing that a schema has against a value, in one line: the field, what was expected, and what was found.
import type { z } from 'zod';
import { clipJson, escapeControls } from './escape-controls.ts';

export function issueText(error: z.ZodError, value: unknown): string {
  const { path, message } = deepest(error.issues[0]!);
  const field = path.length === 0 ? '' : `\`${escapeControls(path.join('.'))}\``;
  const { value: found, parent } = follow(value, path);
  if (found === undefined && field !== '') return `${field} is missing${parent === undefined ? '' : keysOf(parent)}`;
  const expectation = message.replace(/^Invalid input(: )?/, '').replace(/, received .*$/, '');
  const said = `${expectation === '' ? 'not valid' : expectation}, found ${clipJson(found)}`;
  return field === '' ? said : `${field}: ${said}`;
}

type Issue = z.core.$ZodIssue;

/** Of a union, what the branch has against the value that goes furthest into it; what the union itself has says nothing. */
function deepest(issue: Issue): Issue {
  if (issue.code !== 'invalid_union') return issue;
  const [inner] = issue.errors
    .flatMap(([first]) => (first === undefined ? [] : [deepest(first)]))
    .sort((a, b) => b.path.length - a.path.length);
  return inner === undefined || inner.path.length === 0 ? issue : { ...inner, path: [...issue.path, ...inner.path] };
}

function follow(value: unknown, path: readonly PropertyKey[]): { value: unknown; parent: object | undefined } {
  let [parent, at]: [object | undefined, unknown] = [undefined, value];
  for (const key of path) {
    parent = typeof at === 'object' && at !== null ? at : undefined;
    at = parent !== undefined && Object.hasOwn(parent, key) ? (parent as Record<PropertyKey, unknown>)[key] : undefined;
  }
  return { value: at, parent };
}

/** The names that are there in place of the missing one. */
export function keysOf(parent: object): string {
  if (Array.isArray(parent)) return '';
  const names = Object.keys(parent).map((name) => `\`${escapeControls(name.slice(0, 40))}\``);
  const shown = names.slice(0, 8).join(', ');
  const more = names.length > 8 ? ` and ${names.length - 8} more` : '';
  return names.length === 0 ? ': there are no fields' : `; there are ${shown}${more}`;
}
