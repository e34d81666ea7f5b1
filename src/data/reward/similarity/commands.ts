// What an action does rather than how it is written: difflib's ratio over the words of its simple commands. White space, quotes and line
// breaks do not count; another tool is 0.
import { parseAction } from '../../../agents/loop/action.ts';
import { loadBash, type Script } from '../../step/bash.ts';
import { elementRatio } from './elements.ts';
import { tokensOf } from './tokens.ts';

export async function loadCommandRatio(): Promise<(action: string, expert: string) => number> {
  const parse = await loadBash();
  return (action, expert) => {
    const [ours, theirs] = [readAction(action), readAction(expert)];
    return ours.tool === theirs.tool ? elementRatio(elementsOf(ours), elementsOf(theirs)) : 0;
  };

  function elementsOf({ tool, args }: Call): string[] {
    if (tool === 'bash') return wordsOf(parse(String(args.command ?? '')));
    // The values of another tool are no commands.
    return Object.keys(args)
      .sort()
      .flatMap((name) => [`${name}=`, ...tokensOf(String(args[name]))]);
  }
}

interface Call {
  tool: string;
  args: Record<string, unknown>;
}

/** A text that is no action is a command. */
function readAction(text: string): Call {
  const parsed = parseAction(text);
  if ('malformed' in parsed) return { tool: 'bash', args: { command: text } };
  return { tool: parsed.toolCall.name, args: parsed.toolCall.arguments };
}

function wordsOf({ parsed, commands }: Script): string[] {
  if (!parsed) return commands.flatMap(({ text }) => tokensOf(text));
  return commands.flatMap(({ assignments, name, args, redirections }) => [
    ...assignments,
    `${COMMAND}${name}`,
    ...args,
    ...redirections.flatMap(({ operator, target, heredoc = '' }) => [operator, target, ...tokensOf(heredoc)]),
  ]);
}

/** Tells a command from the same word as an argument: no word can hold it. */
const COMMAND = '\0';
