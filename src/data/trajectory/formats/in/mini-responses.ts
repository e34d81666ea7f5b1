// mini-swe-agent with OpenAI's Responses API: a reply is a whole `response` with items, an answer a `function_call_output`. As chat messages.

interface Item {
  type?: unknown;
  call_id?: unknown;
  name?: unknown;
  arguments?: unknown;
  content?: unknown;
  summary?: unknown;
}

/** Chat messages stay as they are. */
export function chatOfResponses(message: unknown): unknown {
  if (typeof message !== 'object' || message === null) return message;
  const { object, output, extra, type, call_id } = message as Record<string, unknown>;
  if (type === 'function_call_output') return { role: 'tool', tool_call_id: call_id, content: output, extra };
  if (object !== 'response' || !Array.isArray(output)) return message;
  const items = output as Item[];
  const of = (kind: string): Item[] => items.filter((item) => item.type === kind);
  const partsOf = (content: unknown): unknown[] => (Array.isArray(content) ? content : []);
  const summary = of('reasoning').flatMap((item) => partsOf(item.summary) as { text?: string }[]);
  const calls = of('function_call').map(({ call_id: id, name, arguments: args }) => ({ id, name, arguments: args }));
  return {
    role: 'assistant',
    content: of('message').flatMap((item) => partsOf(item.content)),
    reasoning_content: summary.map(({ text }) => text ?? '').join('\n'),
    ...(calls.length > 0 && { tool_calls: calls }),
    extra,
  };
}
