// Chat messages and tool calls as every model implementation and every trajectory record speaks them.
import { z } from 'zod';

export const toolCallSchema = z.object({
  id: z.string().optional().describe("the provider's id, when the call came as native tool use"),
  name: z.string(),
  arguments: z.record(z.string(), z.unknown()),
});
export type ToolCall = z.infer<typeof toolCallSchema>;

/**
 * The arguments that a call gives: none of them is null. Arrow tables hold every argument of any row in all rows, and null stands for those
 * that a row does not have; models write null for what they leave open.
 */
export const givenArguments = (args: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(args).filter(([, value]) => value !== null && value !== undefined));

export const messageSchema = z.object({
  role: z.enum(['system', 'user', 'assistant', 'tool']),
  content: z.string(),
  tool_calls: z.array(toolCallSchema).optional(),
  tool_call_id: z.string().optional(),
  is_context: z
    .boolean()
    .optional()
    .describe('of a reply: shown, but not made by the model in this attempt; it has no step'),
});
export type Message = z.infer<typeof messageSchema>;

export const toolSchema = z.object({
  name: z.string(),
  description: z.string().optional(),
  parameters: z.record(z.string(), z.unknown()).describe('JSON Schema of the arguments'),
});
export type Tool = z.infer<typeof toolSchema>;

const count = z.number().int().nonnegative();

/** Tokens of a reply, or of many; a count that nobody told is absent. */
export const knownUsageSchema = z.object({
  input_tokens: count.optional(),
  output_tokens: count.optional(),
  cache_read_tokens: count.optional(),
  cache_write_tokens: count.optional(),
});
export type KnownUsage = z.infer<typeof knownUsageSchema>;

/** What our own models tell: all four. */
export const usageSchema = z.object({
  input_tokens: count.default(0),
  output_tokens: count.default(0),
  cache_read_tokens: count.default(0),
  cache_write_tokens: count.default(0),
});
export type Usage = z.infer<typeof usageSchema>;
