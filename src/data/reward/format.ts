// Is a reply in the format? Strict: one <think>…</think>, then one action, nothing else. Lenient: one action, whatever is said around it.
import { type ParsedReply, renderAction } from '../../agents/loop/action.ts';
import type { ActionForm } from '../../agents/loop/forms/form.ts';
import { thoughtBefore, withoutThoughts } from '../../agents/loop/thoughts.ts';
import { type ToolFormatName, toolFormats } from './tool-formats.ts';

export type FormatMode = 'strict' | 'lenient';

/** The reply's action, or what is wrong with its format. */
export function checkFormat(
  text: string,
  mode: FormatMode = 'strict',
  toolFormat: ToolFormatName = 'function_xml',
): ParsedReply {
  const form = toolFormats[toolFormat];
  const wrong = mode === 'strict' ? whatBreaksTheForm(text, form) : undefined;
  return wrong === undefined ? readReply(text, form, mode === 'strict') : { malformed: wrong };
}

function whatBreaksTheForm(text: string, { opens, closes }: ActionForm): string | undefined {
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

function readReply(text: string, form: ActionForm, strict: boolean): ParsedReply {
  const reply = withoutThoughts(text, form.opens);
  const [found, ...more] = form.find(reply.visible);
  if (found === undefined) return { malformed: `no ${form.example} block found` };
  if (more.length > 0) return { malformed: `expected one action, got ${more.length + 1}` };
  const { call, start, hasStrayText } = found;
  if ('malformed' in call) return call;
  if (strict && hasStrayText) return { malformed: 'text between the parameters of the action' };
  return { thought: thoughtBefore(reply, start), action: renderAction(call), toolCall: call };
}
