// Anthropic's Messages API through its SDK, which waits and retries on 408, 409, 429 and 5xx. With tools given, native tool use; without,
// the model writes its action in the text form that the prompt tells.
import Anthropic from '@anthropic-ai/sdk';
import { AccessError, ConfigError, ModelError, messageOf } from '../../core/schema/errors.ts';
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
        throw failureOf(error, model);
      });
      const usage = usageOf(answer.usage);
      return { ...conversation.take(answer.content), usage, costUsd: costOf(usage, price) };
    },
  };
}

function failureOf(error: unknown, model: string): Error {
  const refusal = refusalOf(error, model);
  if (refusal !== undefined) return new AccessError(`${model}: ${refusal}`, { cause: error });
  return new ModelError(`${model}: ${whyOf(error)}`, { cause: error });
}

/** Why no call at all will be answered; undefined when another one may be. */
function refusalOf(error: unknown, model: string): string | undefined {
  if (!(error instanceof Anthropic.APIError)) return undefined;
  if (error.status === 401) return 'the key was refused (401). Check ANTHROPIC_API_KEY.';
  if (error.status === 402 || /credit balance is too low/i.test(error.message))
    return "the account's credit is used up. Add credit with the provider, then resume the run.";
  if (error.status === 403) return `the key may not use it (403: ${messageOf(error)}). Check its permissions.`;
  if (error.status === 404) return `the provider does not know the model (404). Check --model ${model}.`;
  return undefined;
}

function whyOf(error: unknown): string {
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
