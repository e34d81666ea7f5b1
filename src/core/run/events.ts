// What long work says of itself. The core emits events; reporters turn them into a terminal line, plain lines or JSON.

export type RunEvent =
  | { type: 'stage'; name: string; total?: number }
  | { type: 'progress'; done: number; total: number; text?: string }
  | { type: 'note'; text: string }
  | { type: 'warn'; text: string };

/** Must not throw. */
export type Emit = (event: RunEvent) => void;

export const silent: Emit = () => undefined;
