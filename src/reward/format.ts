// Is a reply in the format? Strict: one <think>…</think>, then one action, nothing else. Lenient: whatever the agent loop can execute.
import { type ParsedReply, parseAction } from '../agent/action.ts';

export type FormatMode = 'strict' | 'lenient';

/** The reply's action, or what is wrong with its format. */
export function checkFormat(text: string, mode: FormatMode = 'strict'): ParsedReply {
  const wrong = mode === 'strict' ? whatBreaksTheForm(text) : undefined;
  return wrong === undefined ? parseAction(text) : { malformed: wrong };
}

const PARAMETERS_ONLY = /^<function=[^>\n]+>\s*(?:<parameter=[^>\n]+>[\s\S]*?<\/parameter>\s*)*<\/function>$/;

function whatBreaksTheForm(text: string): string | undefined {
  const reply = text.trim();
  if (!reply.startsWith('<think>')) return 'the reply must start with <think>';
  const close = reply.indexOf('</think>');
  if (close === -1) return '<think> is never closed';
  if (reply.slice('<think>'.length, close).includes('<think>')) return 'more than one <think>';
  const rest = reply.slice(close + '</think>'.length).trim();
  if (rest === '') return 'no action after </think>';
  if (!rest.startsWith('<function=')) return 'text between </think> and the action';
  if (!rest.endsWith('</function>')) return 'text after the action';
  return PARAMETERS_ONLY.test(rest) ? undefined : 'text between the parameters of the action';
}
