// Plain chats with tool calls: what was sent to OpenAI or Anthropic, one request or training row each.
import { chatRowFields, readChatRow } from '../chat/row.ts';
import type { Format } from '../format.ts';

export const openai: Format = {
  name: 'openai',
  fields: chatRowFields,
  isRow: (row) => 'messages' in row,
  read: (row, source) => readChatRow('openai', row, source),
};

/** The system prompt stands outside of the messages; calls and their answers are parts of contents. */
export const anthropic: Format = {
  name: 'anthropic',
  fields: [...chatRowFields, 'system'],
  isRow: (row) => Array.isArray(row.messages) && ('system' in row || row.messages.some(hasToolPart)),
  read: ({ system, ...row }, source) => {
    const messages = Array.isArray(row.messages) ? row.messages : [];
    const opening = system === undefined ? [] : [{ role: 'system', content: system }];
    return readChatRow('anthropic', { ...row, messages: [...opening, ...messages] }, source);
  },
};

function hasToolPart(message: unknown): boolean {
  const content: unknown = (message as { content?: unknown } | null)?.content;
  return (
    Array.isArray(content) &&
    content.some((part) => /^tool_(use|result)$/.test((part as { type?: string } | null)?.type ?? ''))
  );
}
