// Anthropic's Messages API through its SDK, which waits and retries on 408, 409, 429 and 5xx. With tools given, native tool use; without,
// the model writes its action in the text form that the prompt tells.
import Anthropic from '@anthropic-ai/sdk';
import { ConfigError, ModelError, messageOf } from '../../core/schema/errors.ts';
import type { Usage } from '../../core/schema/message.ts';
import { createConversation } from './anthropic-messages.ts';
import type { Model } from './model.ts';
import { costOf, priceOf } from './prices.ts';

export interface AnthropicOptions {
  model: string;
  apiKey?: string | undefined;
  baseUrl?: string | undefined;
  maxTokens?: number;
  /** Left to the provider unless given; newer models take no other than their own. */
  temperature?: number | undefined;
  maxRetries?: number;
  /** For one call, its answer included. @unit milliseconds */
  timeoutMs?: number;
  allowUnknownCost?: boolean;
}

/** One conversation: the blocks of its answers are kept, because the provider wants its thinking back unchanged. */
export function createAnthropicModel(options: AnthropicOptions): Model {
  const { model, temperature, maxTokens = 16_000, maxRetries = 5, timeoutMs = 600_000 } = options;
  const apiKey = options.apiKey ?? process.env.ANTHROPIC_API_KEY;
  if (!apiKey) throw new ConfigError('The anthropic teacher needs a key. Set ANTHROPIC_API_KEY.');
  const price = priceOf(model, { allowUnknown: options.allowUnknownCost ?? false });
  const client = new Anthropic({
    apiKey,
    maxRetries,
    timeout: timeoutMs,
    ...(options.baseUrl && { baseURL: options.baseUrl }),
  });
  const conversation = createConversation();
  const sampling = temperature === undefined ? {} : { temperature };
  return {
    name: model,
    settings: { max_tokens: maxTokens, ...sampling },
    async query(messages, { tools = [], signal } = {}) {
      const body = { model, max_tokens: maxTokens, ...sampling, ...conversation.request(messages, tools) };
      const answer = await client.messages.create(body, signal ? { signal } : {}).catch((error: unknown) => {
        signal?.throwIfAborted();
        throw new ModelError(`${model}: ${whyOf(error)}`, { cause: error });
      });
      const usage = usageOf(answer.usage);
      return { ...conversation.take(answer.content), usage, costUsd: costOf(usage, price) };
    },
  };
}

function whyOf(error: unknown): string {
  if (error instanceof Anthropic.AuthenticationError) return 'the key was refused (401). Check ANTHROPIC_API_KEY.';
  if (error instanceof Anthropic.APIConnectionTimeoutError) return 'no answer in time, after all retries.';
  if (error instanceof Anthropic.APIError && error.status !== undefined) return `HTTP ${messageOf(error)}`;
  return messageOf(error);
}

const usageOf = (usage: Anthropic.Usage): Usage => ({
  input_tokens: usage.input_tokens,
  output_tokens: usage.output_tokens,
  cache_read_tokens: usage.cache_read_input_tokens ?? 0,
  cache_write_tokens: usage.cache_creation_input_tokens ?? 0,
});
