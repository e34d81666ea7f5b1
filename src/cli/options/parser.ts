// A declared command as one of commander's. commander only splits the command line; what values mean and which are missing is checked
// against the declaration, together with those of a configuration file.
import { Command, Option } from 'commander';
import type { Given } from '../../core/options/check.ts';
import { describeOptions, type OptionDescription, type OptionFields } from '../../core/options/option.ts';
import { ConfigError } from '../../core/schema/errors.ts';
import { type CommandDefinition, type CommandGroup, fieldsOf, resolveOptions } from './command.ts';

export function createParser(definition: CommandDefinition | CommandGroup): Command {
  const command = new Command(definition.name).description(definition.about).configureHelp({ sortOptions: false });
  if ('commands' in definition) {
    for (const one of definition.commands) command.addCommand(createParser(one));
    return command;
  }
  const { positional, help, examples } = definition;
  const options = describeOptions(fieldsOf(definition));
  const byPosition = options.find(({ name }) => name === positional);
  if (byPosition !== undefined) addArgument(command, byPosition);
  addOptions(
    command,
    options.filter((one) => one !== byPosition),
  );
  if (help !== undefined) command.addHelpText('after', `\n${help}`);
  if (examples.length > 0)
    command.addHelpText('after', `\nExamples:\n${examples.map((line) => `  ${line}`).join('\n')}`);
  return command.action(async () => {
    const flags: Given = command.opts();
    const [values] = command.processedArgs as [string | string[] | undefined];
    const isGiven = byPosition !== undefined && values !== undefined && values.length > 0;
    const { options, invocation } = await resolveOptions(
      definition,
      isGiven ? { ...flags, [positional!]: values } : flags,
    );
    await definition.run(options, invocation);
  });
}

/** The flags in some words, as given: nothing is checked, and nothing has a default. */
export function readFlags(words: readonly string[], fields: OptionFields): Given {
  const command = new Command().exitOverride();
  addOptions(command, describeOptions(fields));
  return command.parse([...words], { from: 'user' }).opts();
}

/** A configuration file may give it, so the parser does not insist. */
function addArgument(command: Command, { flag, help, isList, isRequired }: OptionDescription): void {
  const name = `${flag}${isList ? '...' : ''}`;
  command.argument(`[${name}]`, help).usage(`[options] ${isRequired ? `<${name}>` : `[${name}]`}`);
}

function addOptions(command: Command, options: readonly OptionDescription[]): void {
  for (const option of options) {
    for (const one of option.kind === 'switch' ? switchOf(option) : [optionWithValue(option)]) command.addOption(one);
    for (const old of option.formerly ?? []) command.addOption(renamed(old, option));
  }
}

const shortOf = ({ short }: OptionDescription): string => (short === undefined ? '' : `-${short}, `);

/** Both ways, since a flag overrides a configuration file; the help shows the one that changes the default. */
function switchOf(option: OptionDescription): Option[] {
  const isOn = option.default === true;
  const on = new Option(`${isOn ? '' : shortOf(option)}--${option.flag}`, option.help);
  const off = new Option(`${isOn ? shortOf(option) : ''}--no-${option.flag}`, option.help);
  return [on.hideHelp(isOn), off.hideHelp(!isOn)];
}

function optionWithValue(option: OptionDescription): Option {
  const { flag, isList, preset } = option;
  const name = `${option.value ?? (option.kind === 'number' ? 'n' : 'value')}${isList ? '...' : ''}`;
  const value = preset === undefined ? `<${name}>` : `[${name}]`;
  const made = new Option(`${shortOf(option)}--${flag} ${value}`, `${option.help}${notesOf(option)}`);
  return preset === undefined ? made : made.preset(preset);
}

function notesOf({
  choices,
  hasListedChoices,
  isRequired,
  shownDefault,
  default: otherwise,
}: OptionDescription): string {
  const isShown = otherwise !== undefined && !(Array.isArray(otherwise) && otherwise.length === 0);
  const shown = shownDefault ?? (isShown ? [otherwise].flat().join(' ') : undefined);
  const notes = [
    ...(choices.length > 0 && !hasListedChoices ? [choices.join(', ')] : []),
    ...(isRequired ? ['required'] : []),
    ...(shown === undefined ? [] : [`default: ${shown}`]),
  ];
  return notes.length === 0 ? '' : ` (${notes.join('; ')})`;
}

/** Its old name takes a value or none, and is refused either way. */
const renamed = (old: string, { flag }: OptionDescription): Option =>
  new Option(`--${old} [value]`)
    .hideHelp()
    .preset('')
    .argParser(() => {
      throw new ConfigError(`--${old} is --${flag} now. Rename it.`);
    });
