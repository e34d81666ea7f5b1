// Actions as text: the XML form of SWE-agent and SWE-smith, which the SRL paper's data is in.
//
//     <think>why</think>
//     <function=bash>
//     <parameter=command>ls</parameter>
//     </function>
//
// Values are not escaped; one newline at either end of a value belongs to the form. The canonical text of an action is the function
// block alone; it is what the reward compares.
import type { ToolCall } from '../../core/schema/message.ts';

export type ParsedReply = { thought: string; action: string; toolCall: ToolCall } | { malformed: string };

const FUNCTION = /<function=([^>\n]+)>\n?([\s\S]*?)<\/function>/g;
const PARAMETER = /<parameter=([^>\n]+)>([\s\S]*?)<\/parameter>/g;

/** Reads exactly one action out of a reply; says what is wrong when there is none, or more than one. */
export function parseAction(text: string): ParsedReply {
  const blocks = [...afterThoughts(text).matchAll(FUNCTION)];
  const block = blocks[0];
  if (block === undefined) return { malformed: 'no <function=…>…</function> block found' };
  if (blocks.length > 1) return { malformed: `expected one action, got ${blocks.length}` };
  const args: Record<string, string> = {};
  for (const [, name, value] of block[2]!.matchAll(PARAMETER)) args[name!.trim()] = trimNewlines(value!);
  const toolCall = { name: block[1]!.trim(), arguments: args };
  return { thought: thoughtOf(text), action: renderAction(toolCall), toolCall };
}

/** The canonical text of a tool call. */
export function renderAction(call: Pick<ToolCall, 'name' | 'arguments'>): string {
  const parameters = Object.entries(call.arguments).map(
    ([name, value]) => `<parameter=${name}>${renderValue(value)}</parameter>\n`,
  );
  return `<function=${call.name}>\n${parameters.join('')}</function>`;
}

/** A value that begins or ends with a newline stands on lines of its own, so that reading it back gives the same value. */
function renderValue(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.startsWith('\n') || text.endsWith('\n') ? `\n${text}\n` : text;
}

/** A whole reply in text form: the thought, then the action. */
export const renderReply = (thought: string, action: string): string => `<think>${thought}</think>\n${action}`;

/** What a reply says before its action, without the tags. */
export function thoughtOf(text: string, opening = '<function='): string {
  const inTags = /<think>([\s\S]*?)<\/think>/.exec(text)?.[1];
  return (inTags ?? text.split(opening)[0]!).trim();
}

/** A reply without the monologues before its action, which may speak of actions. A value with such tags in it stays whole. */
export function afterThoughts(text: string, opening = '<function='): string {
  let rest = '';
  for (let at = 0; ; ) {
    const start = text.indexOf('<think>', at);
    const end = start === -1 ? -1 : text.indexOf('</think>', start);
    if (end === -1 || text.slice(at, start).includes(opening)) return rest + text.slice(at);
    rest += text.slice(at, start);
    at = end + '</think>'.length;
  }
}

const trimNewlines = (value: string): string => value.replace(/^\n/, '').replace(/\n$/, '');
