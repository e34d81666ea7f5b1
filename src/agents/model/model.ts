// The model contract. Retries, rate limits and time-outs live behind it; the agent loop sees a reply or a `ModelError`.
import type { Message, Tool, ToolCall, Usage } from '../../core/schema/message.ts';

export interface QueryOptions {
  /** For native tool use; absent when the prompt tells the text form of actions. */
  tools?: readonly Tool[];
  signal?: AbortSignal;
}

export interface Reply {
  /** What the model wrote, its reasoning included. */
  text: string;
  /** Tool calls that came as data; empty for models that write their action in the text. Without an `id`, the loop writes them as text. */
  toolCalls: ToolCall[];
  usage: Usage;
  costUsd: number;
}

export interface Model {
  readonly name: string;
  /** What is worth recording: temperature, seed, checkpoint… */
  readonly settings: Record<string, unknown>;
  query(messages: readonly Message[], options?: QueryOptions): Promise<Reply>;
  /** Called once, by whoever opened the model, when the attempt is over: ends a child process, a connection. */
  close?(): Promise<void>;
}

/** Opens a model for one attempt at an instance; a teacher that plays a script needs to know which one. */
export type ModelFactory = (attempt: { instanceId: string; attempt: number; seed: number }) => Promise<Model>;

export const noUsage: Usage = { input_tokens: 0, output_tokens: 0, cache_read_tokens: 0, cache_write_tokens: 0 };
