// What providers charge, in US dollars per million tokens. Costs in records are computed from this table, so it carries a date.
import { ConfigError } from '../../core/schema/errors.ts';
import type { Usage } from '../../core/schema/message.ts';

/** When the figures were last compared with the provider's price list. */
export const PRICES_DATE = '2026-11-22';

export interface Price {
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
}

const price = (input: number, output: number, cacheRead: number): Price => ({
  input,
  output,
  cacheRead,
  cacheWrite: input * 1.25,
});

/** Five-minute cache writes; no batch discount, no long-context surcharge. */
const prices: Record<string, Price> = {
  'claude-fable-5-1': price(10, 50, 0.25),
  'claude-fable-5': price(10, 50, 1),
  'claude-opus-5-5': price(4, 20, 0.2),
  'claude-opus-5': price(5, 25, 0.5),
  'claude-opus-4-8': price(5, 25, 0.5),
  'claude-opus-4-7': price(5, 25, 0.5),
  'claude-opus-4-6': price(5, 25, 0.5),
  'claude-opus-4-5': price(5, 25, 0.5),
  'claude-sonnet-5-5': price(2, 10, 0.1),
  'claude-sonnet-5': price(2, 10, 0.2),
  'claude-sonnet-4-6': price(3, 15, 0.3),
  'claude-sonnet-4-5': price(3, 15, 0.3),
  'claude-haiku-4-5': price(1, 5, 0.1),
};

export const hasPrice = (model: string): boolean => model.replace(/-\d{8}$/, '') in prices;

/** A price that is not known is an error, not a zero, unless that is asked for. A date at the end of a name does not matter. */
export function priceOf(model: string, options: { allowUnknown?: boolean } = {}): Price {
  const known = prices[model.replace(/-\d{8}$/, '')];
  if (known !== undefined) return known;
  if (options.allowUnknown) return price(0, 0, 0);
  throw new ConfigError(
    `No price known for model "${model}" (table of ${PRICES_DATE}). Known: ${Object.keys(prices).join(', ')}. Allow it with --allow-unknown-cost.`,
  );
}

export const costOf = (usage: Usage, { input, output, cacheRead, cacheWrite }: Price): number =>
  (usage.input_tokens * input +
    usage.output_tokens * output +
    usage.cache_read_tokens * cacheRead +
    usage.cache_write_tokens * cacheWrite) /
  1e6;
