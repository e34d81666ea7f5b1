// The reference of the command line as Markdown, from the declarations that the parser and the help are made from.
import { everyCommand, type NamedCommand } from '../src/cli/command-table.ts';
import { fieldsOf } from '../src/cli/options/command.ts';
import { describeOptions, type OptionDescription } from '../src/core/options/option.ts';

const HEAD = `# Command-line reference

<!-- Written by \`npm run docs:cli\` from the declarations of the options. Do not edit. -->

An option without its dashes is its key in a configuration file (\`-c file.yaml\`, see [configuration](configuration.md)). Lists take several values
after one flag. A switch that is on by default is shown with \`--no-\`; every switch has both forms, so that a flag can override a configuration file.
`;

export async function cliReference(): Promise<string> {
  const commands = await everyCommand();
  const contents = commands.map(({ path }) => `[${path}](#stepwright-${path.replace(' ', '-')})`).join(' · ');
  return [HEAD, `${contents}\n`, ...commands.map(sectionOf)].join('\n');
}

function sectionOf({ path, definition }: NamedCommand): string {
  const { about, positional, help, examples } = definition;
  const options = describeOptions(fieldsOf(definition));
  const argument = options.find(({ name }) => name === positional);
  const flags = options.filter((option) => option !== argument);
  const usage = `stepwright ${path} [options]${argument === undefined ? '' : ` ${placeholderOf(argument)}`}`;
  return [
    `## stepwright ${path}\n\n${about}\n`,
    codeBlock(usage, ...(examples.length > 0 ? ['', '# examples', ...examples] : [])),
    ...(argument === undefined ? [] : [`\`${argument.flag}\`: ${escaped(argument.help)}\n`]),
    tableOf(flags),
    ...(help === undefined ? [] : [codeBlock(help)]),
  ].join('\n');
}

const placeholderOf = ({ flag, isList, isRequired }: OptionDescription): string => {
  const name = `${flag}${isList ? '...' : ''}`;
  return isRequired ? `<${name}>` : `[${name}]`;
};

const codeBlock = (...lines: readonly string[]): string => `\`\`\`text\n${lines.join('\n')}\n\`\`\`\n`;

const tableOf = (options: readonly OptionDescription[]): string =>
  `${['| option | default | what it does |', '| --- | --- | --- |', ...options.map(rowOf)].join('\n')}\n`;

function rowOf(option: OptionDescription): string {
  const { help, choices, hasListedChoices } = option;
  const values = choices.length > 0 && !hasListedChoices ? `; one of ${choices.map(code).join(', ')}` : '';
  return `| ${code(flagsOf(option))} | ${defaultOf(option)} | ${escaped(help)}${values} |`;
}

function flagsOf({ flag, short, kind, value, isList, default: otherwise }: OptionDescription): string {
  const letter = short === undefined ? '' : `-${short}, `;
  if (kind === 'switch') return `${letter}--${otherwise === true ? 'no-' : ''}${flag}`;
  return `${letter}--${flag} <${value ?? (kind === 'number' ? 'n' : 'value')}${isList ? '...' : ''}>`;
}

function defaultOf({ isRequired, kind, shownDefault, default: otherwise }: OptionDescription): string {
  if (isRequired) return '**required**';
  if (shownDefault !== undefined) return escaped(shownDefault);
  const shown = [otherwise ?? []].flat().join(' ');
  return kind === 'switch' || shown === '' ? '' : code(shown);
}

const code = (text: string | number): string => `\`${String(text).replaceAll('|', '\\|')}\``;

/** Text that Markdown shows as it is: placeholders such as `<file>` would be taken for HTML. */
const escaped = (text: string): string =>
  text.replace(/(`[^`]*`)|[<>|*_]/g, (character, quoted) => quoted ?? `\\${character}`);
