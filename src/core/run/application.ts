// What the functions of the application layer share: `collectRun(options, { onEvent, signal })` and its like take what their command
// takes, report events while they work, and give back a result.
import { join } from 'node:path';
import type { z } from 'zod';
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
  const seed = 'seed' in schema.shape ? await savedSeed(given.run) : {};
  const complete = checkOptions(schema, { ...seed, ...given }, (name) => `\`${name}\``);
  return { options: complete, resolved: keptOptions(schema.shape, complete) };
}

/** A run that is resumed keeps its seed, also one of a time when the default was another. */
export async function savedSeed(run: unknown): Promise<Given> {
  const saved = typeof run === 'string' ? await readJsonOr(join(run, 'run.json'), runFileSchema) : undefined;
  return saved?.config.seed === undefined ? {} : { seed: saved.config.seed };
}
