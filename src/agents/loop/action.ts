// Actions as text: the XML form of SWE-agent and SWE-smith, which the SRL paper's data is in.
//
//     <think>why</think>
//     <function=bash>
//     <parameter=command>ls</parameter>
//     </function>
//
// Values are not escaped; one newline at either end of a value belongs to the form. The canonical text of an action is the function
// block alone; it is what the reward compares.
import { givenArguments, type ToolCall } from '../../core/schema/message.ts';
import { functionXml } from './forms/function-xml.ts';
import { thoughtBefore, withoutThoughts } from './thoughts.ts';

export type ParsedReply = { thought: string; action: string; toolCall: ToolCall } | { malformed: string };

/** Reads exactly one action out of a reply; says what is wrong when there is none, or more than one. */
export function parseAction(text: string): ParsedReply {
  const reply = withoutThoughts(text, functionXml.opens);
  const [found, ...more] = functionXml.find(reply.visible);
  if (found === undefined) return { malformed: `no ${functionXml.example} block found` };
  if (more.length > 0) return { malformed: `expected one action, got ${more.length + 1}` };
  if ('malformed' in found.call) return found.call;
  return { thought: thoughtBefore(reply, found.start), action: renderAction(found.call), toolCall: found.call };
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

/** What a reply says beside its action, without the tags. */
export function thoughtOf(text: string): string {
  const reply = withoutThoughts(text, functionXml.opens);
  return thoughtBefore(reply, functionXml.find(reply.visible)[0]?.start ?? text.length);
}

/** A native call as it came, without what it leaves open. */
export const givenCall = (call: ToolCall): ToolCall => ({ ...call, arguments: givenArguments(call.arguments) });
