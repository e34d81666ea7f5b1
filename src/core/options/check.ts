// What was given for a command's options, checked against their declarations: the values, or one line that says what is wrong with which.
import type { z } from 'zod';
import { ConfigError } from '../schema/errors.ts';
import { flagOf, notesOf } from './option.ts';

/** Values by name, as they came from flags or a file. */
export type Given = Readonly<Record<string, unknown>>;

/** `nameOf`: what the user calls an option; `--<flag>` by default. */
export function checkOptions<Schema extends z.ZodObject>(
  schema: Schema,
  given: Given,
  nameOf: (name: string) => string = (name) => `--${flagOf(name)}`,
): z.output<Schema> {
  const result = schema.safeParse(given, { error: describeChoices });
  if (result.success) return result.data;
  // What is wrong with a value says more than that another one is missing.
  const isMissing = ({ path: [name] }: z.core.$ZodIssue): boolean => given[String(name)] === undefined;
  const issue = result.error.issues.find((one) => !isMissing(one)) ?? result.error.issues[0]!;
  throw new ConfigError(`${nameOf(String(issue.path[0]))}${messageOf(issue, schema, given)}`);
}

function messageOf(issue: z.core.$ZodIssue, schema: z.ZodObject, given: Given): string {
  const name = String(issue.path[0]);
  const got = issue.path.slice(1).reduce<unknown>((value, key) => (value as Given)[String(key)], given[name]);
  if (issue.code === 'custom') return `: ${issue.message}.`;
  if (got === undefined)
    return ` is missing: ${notesOf(schema.shape[name] as z.ZodType).description ?? issue.message}.`;
  return `: ${issue.message}, got ${JSON.stringify(got)}.`;
}

/** Where the schema says nothing better by itself. */
const describeChoices: z.core.$ZodErrorMap = (issue) =>
  issue.code === 'invalid_value' ? `expected one of ${issue.values.join(', ')}` : undefined;
