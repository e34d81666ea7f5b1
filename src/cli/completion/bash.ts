// Completion for bash: one function that finds the command among the words before the cursor. Where it has nothing to offer, bash offers files.
import type { CompletionEntry } from './entries.ts';

export function renderBash(entries: readonly CompletionEntry[]): string {
  const groups = entries.filter(({ commands }) => commands.length > 0);
  const leaves = [
    ...entries.map((entry) => ({ path: entry.name, entry })),
    ...groups.flatMap(({ name, commands }) => commands.map((entry) => ({ path: `${name} ${entry.name}`, entry }))),
  ];
  const choices = leaves.flatMap(({ path, entry }) =>
    entry.options.flatMap(({ flag, short, value }) =>
      value === undefined || value.choices.length === 0
        ? []
        : [flag, ...(short === undefined ? [] : [`-${short}`])].map((name) => caseOf(`${path} ${name}`, value.choices)),
    ),
  );
  const valued = leaves.flatMap(({ entry }) =>
    entry.options.flatMap(({ flag, short, value }) =>
      value === undefined ? [] : [flag, ...(short === undefined ? [] : [`-${short}`])],
    ),
  );
  const words = [
    caseOf(
      '',
      entries.map(({ name }) => name),
    ),
    ...groups.map(({ name, commands }) =>
      caseOf(
        name,
        commands.map((command) => command.name),
      ),
    ),
  ];
  const flags = leaves
    .filter(({ entry }) => entry.options.length > 0)
    .map(({ path, entry }) => caseOf(path, [...entry.options.map(({ flag }) => flag), '--help']));
  return `# Completion of stepwright for bash: source <(stepwright completion bash)
_stepwright() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command='' words='' word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ $word == -* ]] && continue
    case $command in
      '') command=$word ;;
      ${groups.map(({ name }) => name).join('|') || "' '"}) command="$command $word"; break ;;
      *) break ;;
    esac
  done
  case "$command $previous" in
    ${choices.join('\n    ')}
    *)
      if [[ $current == -* ]]; then
        case $command in
          ${flags.join('\n          ')}
        esac
      else
        case $previous in
          ${[...new Set(valued)].join('|')}) ;;
          *)
            case $command in
              ${words.join('\n              ')}
            esac ;;
        esac
      fi ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _stepwright stepwright
`;
}

const caseOf = (pattern: string, words: readonly string[]): string => `'${pattern}') words='${words.join(' ')}' ;;`;
