// Completion for fish: one `complete` line for each command and each option.
import type { CompletionEntry, CompletionOption } from './entries.ts';

export function renderFish(entries: readonly CompletionEntry[]): string {
  const lines = entries.flatMap((entry) => [
    `complete -c stepwright -f -n __fish_use_subcommand -a ${entry.name} -d ${quoted(entry.about)}`,
    ...(entry.commands.length > 0 ? groupLines(entry) : optionLines(seen(entry.name), entry)),
  ]);
  return `# Completion of stepwright for fish: stepwright completion fish | source\n${lines.join('\n')}\n`;
}

function groupLines({ name, commands }: CompletionEntry): string[] {
  const names = commands.map((command) => command.name);
  const isOpen = `${seen(name)}; and not ${seen(...names)}`;
  return commands.flatMap((command) => [
    `complete -c stepwright -f -n ${quoted(isOpen)} -a ${command.name} -d ${quoted(command.about)}`,
    ...optionLines(`${seen(name)}; and ${seen(command.name)}`, command),
  ]);
}

const seen = (...names: string[]): string => `__fish_seen_subcommand_from ${names.join(' ')}`;

const optionLines = (condition: string, { options }: CompletionEntry): string[] =>
  options.map(({ flag, short, help, value }) =>
    [
      `complete -c stepwright -n ${quoted(condition)} -l ${flag.slice(2)}`,
      ...(short === undefined ? [] : [`-s ${short}`]),
      ...valueWords(value),
      `-d ${quoted(help)}`,
    ].join(' '),
  );

function valueWords(value: CompletionOption['value']): string[] {
  if (value === undefined) return [];
  if (value.choices.length > 0) return ['-x', `-a ${quoted(value.choices.join(' '))}`];
  return value.isPath ? ['-r', '-F'] : ['-x'];
}

const quoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;
