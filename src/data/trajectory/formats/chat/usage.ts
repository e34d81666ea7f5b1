// Token counts. OpenAI (and ATIF) count cached tokens as part of the prompt; we, as Anthropic, beside it.
import type { KnownUsage } from '../../../../core/schema/message.ts';

/** What a response says that it used, in OpenAI's or Anthropic's names; undefined when it says nothing. */
export function usageOf(usage: Record<string, unknown> | null | undefined): KnownUsage | undefined {
  if (!usage) return undefined;
  const count = (of: unknown): number | undefined =>
    Number.isSafeInteger(of) && (of as number) >= 0 ? (of as number) : undefined;
  const details = usage.prompt_tokens_details as { cached_tokens?: unknown } | null | undefined;
  const prompt = count(usage.prompt_tokens);
  const cached = count(usage.cache_read_input_tokens) ?? count(usage.cached_tokens) ?? count(details?.cached_tokens);
  const written = count(usage.cache_creation_input_tokens);
  const input = prompt === undefined ? count(usage.input_tokens) : Math.max(0, prompt - (cached ?? 0) - (written ?? 0));
  const output = count(usage.completion_tokens) ?? count(usage.output_tokens);
  const known = {
    ...(input !== undefined && { input_tokens: input }),
    ...(output !== undefined && { output_tokens: output }),
    ...(cached !== undefined && { cache_read_tokens: cached }),
    ...(written !== undefined && { cache_write_tokens: written }),
  };
  return Object.keys(known).length === 0 ? undefined : known;
}
