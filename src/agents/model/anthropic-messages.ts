// Our messages as the Messages API takes them, and its answers as a reply. Everything sent so far is marked for the prompt cache.
import type Anthropic from '@anthropic-ai/sdk';
import type { Message, Tool } from '../../core/schema/message.ts';
import type { Reply } from './model.ts';

type Request = Pick<Anthropic.MessageCreateParamsNonStreaming, 'system' | 'messages' | 'tools'>;

export interface Conversation {
  request(messages: readonly Message[], tools: readonly Tool[]): Request;
  /** Remembers an answer's blocks and reads the reply from them. */
  take(blocks: Anthropic.ContentBlock[]): Pick<Reply, 'text' | 'toolCalls'>;
}

export function createConversation(): Conversation {
  const answers: Anthropic.ContentBlockParam[][] = [];
  return {
    request(messages, tools) {
      const system = messages.flatMap(({ role, content }) => (role === 'system' ? [content] : [])).join('\n\n');
      const turns = messages.filter(({ role }) => role !== 'system');
      let answered = 0;
      const converted = turns.map((message) =>
        message.role === 'assistant'
          ? { role: 'assistant' as const, content: answers[answered++] ?? assistantBlocks(message) }
          : { role: 'user' as const, content: userBlocks(message) },
      );
      return {
        ...(system !== '' && { system }),
        messages: markForCache(joinTurns(converted)),
        ...(tools.length > 0 && { tools: tools.map(toolParam) }),
      };
    },
    take(blocks) {
      // the API takes no empty turn, though it may give one
      answers.push(blocks.length > 0 ? blocks : [{ type: 'text', text: '(no answer)' }]);
      const thinking = blocks.flatMap((block) => (block.type === 'thinking' && block.thinking ? [block.thinking] : []));
      const text = blocks.flatMap((block) => (block.type === 'text' ? [block.text] : []));
      const toolCalls = blocks.flatMap((block) =>
        block.type === 'tool_use'
          ? [{ id: block.id, name: block.name, arguments: block.input as Record<string, unknown> }]
          : [],
      );
      // In the text form the model writes its own <think>; its hidden reasoning would be a second one.
      const thought = toolCalls.length > 0 && thinking.length > 0 ? [`<think>${thinking.join('\n')}</think>`] : [];
      return { text: [...thought, ...text].join('\n'), toolCalls };
    },
  };
}

const toolParam = ({ name, description, parameters }: Tool): Anthropic.Tool => ({
  name,
  ...(description !== undefined && { description }),
  input_schema: parameters as Anthropic.Tool.InputSchema,
});

/** For answers of an earlier conversation. The API refuses empty text. */
function assistantBlocks({ content, tool_calls = [] }: Message): Anthropic.ContentBlockParam[] {
  const calls = tool_calls.map(({ id = '', name, arguments: input }) => ({
    type: 'tool_use' as const,
    id,
    name,
    input,
  }));
  return content === '' ? calls : [{ type: 'text', text: content }, ...calls];
}

const userBlocks = ({ role, content, tool_call_id = '' }: Message): Anthropic.ContentBlockParam[] =>
  role === 'tool' ? [{ type: 'tool_result', tool_use_id: tool_call_id, content }] : [{ type: 'text', text: content }];

/** Neighbours of one role become one message: all results of a turn's calls must come together. */
function joinTurns(messages: { role: 'user' | 'assistant'; content: Anthropic.ContentBlockParam[] }[]) {
  const joined: typeof messages = [];
  for (const message of messages) {
    const last = joined.at(-1);
    if (last?.role === message.role) last.content = [...last.content, ...message.content];
    else joined.push({ ...message });
  }
  return joined;
}

function markForCache(messages: ReturnType<typeof joinTurns>): Anthropic.MessageParam[] {
  const last = messages.at(-1);
  const block = last?.content.at(-1);
  if (last === undefined || (block?.type !== 'text' && block?.type !== 'tool_result')) return messages;
  const marked = { ...block, cache_control: { type: 'ephemeral' as const } };
  return [...messages.slice(0, -1), { role: last.role, content: [...last.content.slice(0, -1), marked] }];
}
