// Replies whose text and calls are under names that nobody here knows: read as they are, they would be empty.
import { FormatError } from '../format.ts';
import type { ChatMessage, Said } from './message.ts';

/** What stands beside a reply and says nothing of what the model answered. */
const BESIDE = new Set(
  (
    'role content tool_calls function_call tool_call_id tool_call_ids name id agent message_type is_demo is_context cache_control tags ' +
    'mask train weight loss timestamp time created index usage cost logprobs provider_specific_fields extra metadata annotations refusal ' +
    'finish_reason stop_reason stop_sequence model type object cutoff_date system_prompt ' +
    'reasoning reasoning_content reasoning_details thinking thinking_blocks thought'
  ).split(' '),
);

/** Throws `FormatError` when a reply holds something, but neither text nor a call that is known. */
export function refuseEmptyReply({ role, ...chat }: ChatMessage, [said]: readonly Said[], index: number): void {
  if (role !== 'assistant' || said === undefined || said.message.content.trim() !== '' || said.calls?.length) return;
  const others = Object.keys(chat).filter((key) => !BESIDE.has(key) && holdsAnything(chat[key]));
  if (others.length === 0) return;
  const names = others.map((key) => JSON.stringify(key.slice(0, 40))).slice(0, 5);
  throw new FormatError(
    `\`messages.${index}\`: a reply without text and calls, but with ${names.join(', ')}; read are \`content\`, \`tool_calls\` and \`function_call\``,
  );
}

function holdsAnything(value: unknown): boolean {
  if (typeof value === 'string') return value.trim() !== '';
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}
