// Is a reply in the format? Strict: one <think>…</think>, then one action, nothing else. Lenient: one action, whatever is said around it.
import { afterThoughts, type ParsedReply, renderAction, thoughtOf } from '../../agents/loop/action.ts';
import { type ToolFormat, type ToolFormatName, toolFormats } from './tool-formats.ts';

export type FormatMode = 'strict' | 'lenient';

/** The reply's action, or what is wrong with its format. */
export function checkFormat(
  text: string,
  mode: FormatMode = 'strict',
  toolFormat: ToolFormatName = 'function_xml',
): ParsedReply {
  const tools = toolFormats[toolFormat];
  const wrong = mode === 'strict' ? whatBreaksTheForm(text, tools) : undefined;
  return wrong === undefined ? readReply(text, tools, mode === 'strict') : { malformed: wrong };
}

function whatBreaksTheForm(text: string, { opens, closes }: ToolFormat): string | undefined {
  const reply = text.trim();
  if (!reply.startsWith('<think>')) return 'the reply must start with <think>';
  const close = reply.indexOf('</think>');
  if (close === -1) return '<think> is never closed';
  if (reply.slice('<think>'.length, close).includes('<think>')) return 'more than one <think>';
  const rest = reply.slice(close + '</think>'.length).trim();
  if (rest === '') return 'no action after </think>';
  if (!rest.startsWith(opens)) return 'text between </think> and the action';
  return rest.endsWith(closes) ? undefined : 'text after the action';
}

function readReply(text: string, { example, opens, blocks, read }: ToolFormat, strict: boolean): ParsedReply {
  const found = afterThoughts(text, opens).match(blocks) ?? [];
  if (found.length === 0) return { malformed: `no ${example} block found` };
  if (found.length > 1) return { malformed: `expected one action, got ${found.length}` };
  const call = read(found[0]!, strict);
  if ('malformed' in call) return call;
  return { thought: thoughtOf(text, opens), action: renderAction(call), toolCall: call };
}
