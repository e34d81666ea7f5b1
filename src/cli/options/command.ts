// A command, declared: its name, what it is for, its options, and what it runs. The parser, the help and shell completion come from this.
import { z } from 'zod';
import { checkOptions, type Given } from '../../core/options/check.ts';
import { keptOptions, readConfigFile } from '../../core/options/config-file.ts';
import { flagOf, type OptionFields, option } from '../../core/options/option.ts';
import { savedDefaults } from '../../core/run/application.ts';

export interface CommandDefinition<Schema extends z.ZodObject = z.ZodObject> {
  name: string;
  about: string;
  options: Schema;
  /** The option whose values are given without a flag. */
  positional?: keyof z.output<Schema> & string;
  /** Defaults that depend on what was given. */
  defaultsFor?(given: Given): Given;
  /** Shown below the options. */
  help?: string;
  examples: readonly string[];
  run(options: z.output<Schema>, invocation: Invocation): Promise<void>;
}

/** A command that only groups others: `stepwright tasks …`. */
export interface CommandGroup {
  name: string;
  about: string;
  commands: readonly CommandDefinition[];
}

export interface Invocation {
  /** What flags and the configuration file set. */
  given: Given;
  /** Every option that has a value: what a run folder keeps, to be repeated from. */
  resolved: Given;
}

export const defineCommand = <Schema extends z.ZodObject>(definition: CommandDefinition<Schema>) => definition;

/** Every command has it. */
const commonFields = {
  config: option(z.string().optional(), 'YAML file of options, or a run folder to repeat; flags override it', {
    short: 'c',
    value: 'file',
  }),
};

export const fieldsOf = ({ options }: Pick<CommandDefinition, 'options'>): OptionFields => ({
  ...(options.shape as OptionFields),
  ...commonFields,
});

/** The options of one command line. */
export async function resolveOptions<Schema extends z.ZodObject>(
  definition: CommandDefinition<Schema>,
  { config, ...flags }: Given,
): Promise<{ options: z.output<Schema>; invocation: Invocation }> {
  const file = config as string | undefined;
  const { config: _, ...fields } = fieldsOf(definition as CommandDefinition);
  const fromFile = file === undefined ? {} : await readConfigFile(file, fields);
  const given = { ...fromFile, ...flags };
  const saved = await savedDefaults(definition.options, given.run);
  const defaults = { ...saved, ...definition.defaultsFor?.(given) };
  const nameOf = (name: string): string => {
    if (!(name in flags) && name in fromFile) return `${file}: \`${flagOf(name)}\``;
    return name === definition.positional ? `<${flagOf(name)}>` : `--${flagOf(name)}`;
  };
  const values = { ...defaults, ...given };
  const options = checkOptions(definition.options, values, nameOf);
  return { options, invocation: { given, resolved: keptOptions(fields, values) } };
}
