// The model contract. Retries, rate limits and time-outs live behind it; the agent loop sees a reply or a `ModelError`.
import type { Message, Tool, ToolCall, Usage } from '../schema/message.ts';

export interface QueryOptions {
  tools?: readonly Tool[];
  signal?: AbortSignal;
}

export interface Reply {
  /** What the model wrote, its reasoning included. */
  text: string;
  /** Native tool calls; empty for models that write their action as text. */
  toolCalls: ToolCall[];
  usage: Usage;
  costUsd: number;
}

export interface Model {
  readonly name: string;
  /** What is worth recording: temperature, seed, checkpoint… */
  readonly settings: Record<string, unknown>;
  query(messages: readonly Message[], options?: QueryOptions): Promise<Reply>;
}

/** Opens a model for one attempt at an instance; a teacher that plays a script needs to know which one. */
export type ModelFactory = (attempt: { instanceId: string; attempt: number; seed: number }) => Promise<Model>;
