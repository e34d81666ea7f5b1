// The windowed tools as commands of the shell: how SWE-agent's agents call them that speak in text.
import type { ToolCall } from '../../../../core/schema/message.ts';
import { windowedTools } from './windowed.ts';

/** The call that a command line is; undefined where it is anything else, or more than that. */
export function windowedCall(line: string): ToolCall | undefined {
  const command = line.trim();
  return editCall(command.split('\n')) ?? plainCall(wordsOf(command));
}

/** `edit 3:5`, and what is to stand there up to a line that says `end_of_edit`. */
function editCall(lines: readonly string[]): ToolCall | undefined {
  const [, start_line, end_line] = /^edit[ \t]+(\d+):(\d+)[ \t]*$/.exec(lines[0]!) ?? [];
  if (start_line === undefined || lines.indexOf('end_of_edit') !== lines.length - 1) return undefined;
  const text = lines.slice(1, -1);
  const replaced = text.length > 0 && { replacement_text: text.join('\n') };
  return { name: 'edit', arguments: { start_line, end_line, ...replaced } };
}

/** Arguments in the order of the parameters. */
function plainCall([name, ...values]: readonly string[]): ToolCall | undefined {
  const tool = windowedTools.find(({ schema }) => schema.name === name && name !== 'edit');
  const parameters = Object.keys(tool?.schema.parameters.properties ?? {});
  if (tool === undefined || values.length > parameters.length) return undefined;
  const named = values.map((value, index) => [parameters[index]!, value]);
  return { name: tool.schema.name, arguments: Object.fromEntries(named) };
}

const WORD = /(?:[\w./:,@%+=^-]|'[^']*'|"(?:[^"$`\\]|\\.)*")+/g;

/** None where the shell does more than to take quotes away: expands, redirects, runs another command. */
function wordsOf(command: string): string[] {
  if (/[^ \t]/.test(command.replace(WORD, ''))) return [];
  return (command.match(WORD) ?? []).map((word) =>
    word.replace(/'([^']*)'|"((?:\\.|[^"])*)"/gs, (_, single?: string, double?: string) =>
      single === undefined ? double!.replace(/\\([$`"\\])/g, '$1') : single,
    ),
  );
}
