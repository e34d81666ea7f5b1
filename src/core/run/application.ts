// What the functions of the application layer share: `collectRun(options, { onEvent, signal })` and its like take what their command
// takes, report events while they work, and give back a result.
import { join } from 'node:path';
import { z } from 'zod';
import { checkOptions, type Given } from '../options/check.ts';
import { keptOptions } from '../options/config-file.ts';
import { ConfigError } from '../schema/errors.ts';
import type { Emit } from './events.ts';
import { readJsonOr } from './files.ts';
import { runFileSchema } from './run-dir.ts';

export interface RunControl {
  /** Gets every stage, progress, note and warning. */
  onEvent?: Emit | undefined;
  /** Stops the run: it cleans up, keeps what is finished, and rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** The options of a schema as a caller gives them: what has a default, or may be absent, may be left out. */
export type OptionsOf<Schema extends z.ZodObject> = {
  [Name in RequiredName<Schema>]: z.output<Schema['shape'][Name]>;
} & {
  [Name in Exclude<keyof Schema['shape'], RequiredName<Schema>>]?: z.output<Schema['shape'][Name]> | undefined;
};

/** Options without a default that may not be left out. */
export type RequiredName<Schema extends z.ZodObject> = {
  [Name in keyof Schema['shape']]: Schema['shape'][Name] extends z.ZodDefault | z.ZodOptional ? never : Name;
}[keyof Schema['shape']];

/** Checks a caller's options and adds the defaults. `resolved` is what a run folder keeps of them. */
export async function resolveRunOptions<Schema extends z.ZodObject>(
  schema: Schema,
  options: OptionsOf<Schema>,
): Promise<{ options: z.output<Schema>; resolved: Given }> {
  const given: Given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const unknown = Object.keys(given).find((name) => !(name in schema.shape));
  if (unknown !== undefined)
    throw new ConfigError(`No option is called \`${unknown}\`. Known: ${Object.keys(schema.shape).sort().join(', ')}.`);
  const saved = await savedDefaults(schema, given.run);
  const complete = checkOptions(schema, { ...saved, ...given }, (name) => `\`${name}\``);
  return { options: complete, resolved: keptOptions(schema.shape, complete) };
}

/** Options that had another default in earlier versions. */
const CHANGED_DEFAULTS = ['seed', 'klEstimator'];

/** What a run that is resumed keeps of a time when the default was another. */
export async function savedDefaults({ shape }: z.ZodObject, run: unknown): Promise<Given> {
  const names = CHANGED_DEFAULTS.filter((name) => name in shape);
  if (names.length === 0 || typeof run !== 'string') return {};
  const saved = await readJsonOr(join(run, 'run.json'), runFileSchema);
  const kept = names.flatMap((name) => (saved?.config[name] === undefined ? [] : [[name, saved.config[name]]]));
  return Object.fromEntries(kept);
}

/** Of every option that has one. */
export const defaultsOf = ({ shape }: z.ZodObject): Given =>
  Object.fromEntries(Object.entries(shape).map(([name, field]) => [name, z.safeParse(field, undefined).data]));
