// Completion for zsh: one `_arguments` function for each command.
import type { CompletionEntry, CompletionOption } from './entries.ts';

export function renderZsh(entries: readonly CompletionEntry[]): string {
  return `#compdef stepwright
# Completion of stepwright for zsh: source <(stepwright completion zsh)
${functionsOf('_stepwright', entries).join('\n\n')}

compdef _stepwright stepwright
`;
}

/** A function that completes the name of a command and hands the rest to that command's own. */
function functionsOf(name: string, entries: readonly CompletionEntry[]): string[] {
  const nameOf = (entry: CompletionEntry): string => `${name}_${entry.name}`;
  const chooser = `${name}() {
  local line state
  local -a commands
  commands=(${entries.map((entry) => quoted(`${entry.name}:${entry.about.replaceAll(':', '\\:')}`)).join(' ')})
  _arguments -C '1: :->command' '*::argument:->arguments'
  case $state in
    command) _describe command commands ;;
    arguments)
      case $line[1] in
        ${entries.map((entry) => `${entry.name}) ${nameOf(entry)} ;;`).join('\n        ')}
      esac ;;
  esac
}`;
  const own = entries.flatMap((entry) =>
    entry.commands.length > 0 ? functionsOf(nameOf(entry), entry.commands) : [functionOf(nameOf(entry), entry)],
  );
  return [...own, chooser];
}

const functionOf = (name: string, { options }: CompletionEntry): string => `${name}() {
  _arguments \\
    ${[...options.flatMap(specsOf), "'*:file:_files'"].join(' \\\n    ')}
}`;

function specsOf({ flag, short, help, value }: CompletionOption): string[] {
  const about = `[${help.replace(/[[\]:\\]/g, '\\$&')}]`;
  const action = value?.choices.length ? `(${value.choices.join(' ')})` : value?.isPath ? '_files' : ' ';
  const argument = value === undefined ? '' : `:${value.name}:${action}`;
  const names = short === undefined ? [flag] : [`-${short}`, flag];
  return names.map((name) => quoted(`*${name}${about}${argument}`));
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
