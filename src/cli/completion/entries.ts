// What shells complete: every command with its options, from the declarations.
import { describeOptions, type OptionDescription } from '../../core/options/option.ts';
import { type CommandDefinition, type CommandGroup, fieldsOf } from '../options/command.ts';

export interface CompletionEntry {
  name: string;
  about: string;
  /** Commands of a group; a group has no options. */
  commands: CompletionEntry[];
  options: CompletionOption[];
}

export interface CompletionOption {
  /** As typed: `--jobs`, `--no-judge`. */
  flag: string;
  short?: string | undefined;
  help: string;
  /** Undefined for a switch. */
  value?: { name: string; choices: readonly string[]; isPath: boolean };
}

export function entryOf(definition: CommandDefinition | CommandGroup): CompletionEntry {
  const { name, about } = definition;
  if ('commands' in definition) return { name, about, commands: definition.commands.map(entryOf), options: [] };
  const options = describeOptions(fieldsOf(definition)).filter((option) => option.name !== definition.positional);
  return { name, about, commands: [], options: options.map(optionOf) };
}

const PATHS = ['file', 'dir', 'path', 'source'];

function optionOf({
  flag,
  short,
  help,
  kind,
  value,
  choices,
  default: otherwise,
}: OptionDescription): CompletionOption {
  if (kind === 'switch') return { flag: otherwise === true ? `--no-${flag}` : `--${flag}`, short, help };
  const name = value ?? (kind === 'number' ? 'n' : 'value');
  return { flag: `--${flag}`, short, help, value: { name, choices, isPath: PATHS.includes(name) } };
}
