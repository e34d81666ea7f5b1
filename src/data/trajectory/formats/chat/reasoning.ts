// Hidden reasoning of a reply, by the names that providers have for it: DeepSeek's and LiteLLM's `reasoning_content`, vLLM's `reasoning`,
// OpenRouter's `reasoning_details`, Anthropic's blocks.
interface Thinking {
  thinking?: unknown;
  text?: unknown;
  summary?: unknown;
}

/** Empty when there is none. The same text under two names is told once. */
export function reasoningOf(reply: Record<string, unknown>, parts: readonly Thinking[]): string {
  const { reasoning_content, reasoning, reasoning_details, thinking, thinking_blocks } = reply;
  const blocks = [...listOf(thinking_blocks), ...parts].map((block) => textIn(block.thinking)).join('');
  const details = listOf(reasoning_details)
    .map(({ text, summary }) => textIn(text) || textIn(summary))
    .join('');
  const told = [textIn(reasoning_content), textIn(reasoning), details, blocks, textIn(thinking)];
  return [...new Set(told)].filter((text) => text !== '').join('\n');
}

const textIn = (value: unknown): string => (typeof value === 'string' ? value : '');

const listOf = (value: unknown): Thinking[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'object' && item !== null) : [];
