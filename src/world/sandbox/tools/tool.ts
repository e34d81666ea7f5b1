// What a tool is: a name, a schema that both describes and checks its arguments, and a function on a sandbox.
import { z } from 'zod';
import type { Tool } from '../../../core/schema/message.ts';
import type { ExecResult, Sandbox, Session } from '../sandbox.ts';
import type { OpenWindow } from './windowed/open-window.ts';

export interface ToolContext {
  sandbox: Sandbox;
  /** The one shell of the attempt; without one every command has a fresh shell. */
  session?: Session | undefined;
  /** Wall clock of one command; 0 = no limit. @unit milliseconds */
  timeoutMs: number;
  maxOutputBytes: number;
  signal?: AbortSignal | undefined;
  /** Whose tools these are: our own, or SWE-agent's to the letter and with their side effects, to replay what it recorded. */
  dialect: 'stepwright' | 'swe-agent' | 'swe-agent-0.7';
  memory: ToolMemory;
}

/** What tools keep between calls. */
export interface ToolMemory {
  /** Former contents of the files that str_replace_editor edited, oldest first: what undo_edit takes back. */
  edits: Map<string, string[]>;
  /** How many more times SWE-agent's `submit` asks to look the changes over, before it takes them. */
  reviews: number;
  /** What SWE-agent's windowed tools have open. */
  window?: OpenWindow;
}

/** `submitted` ends the attempt. */
export type ToolResult = ExecResult & { submitted?: boolean };

export interface AgentTool {
  readonly schema: Tool;
  /** `{ wrong }` when the arguments do not fit the schema: that is a malformed answer, nothing was run. */
  run(args: Record<string, unknown>, context: ToolContext): Promise<ToolResult | { wrong: string }>;
}

export function defineTool<T extends z.ZodObject>(tool: {
  name: string;
  description: string;
  parameters: T;
  run: (args: z.infer<T>, context: ToolContext) => Promise<ToolResult>;
}): AgentTool {
  const { $schema: _, ...parameters } = z.toJSONSchema(tool.parameters);
  return {
    schema: { name: tool.name, description: tool.description, parameters },
    async run(raw, context) {
      const parsed = tool.parameters.safeParse(raw);
      if (parsed.success) return tool.run(parsed.data, context);
      const issue = parsed.error.issues[0]!;
      const where = issue.path.length > 0 ? ` parameter \`${issue.path.join('.')}\`:` : '';
      return { wrong: `${tool.name}:${where} ${issue.message}` };
    },
  };
}

/** In the text form of an action every value is a string; numbers and lists are read as JSON. */
export const fromText = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => {
    if (typeof value !== 'string') return value;
    try {
      return JSON.parse(value);
    } catch {
      return value;
    }
  }, schema);

/** The result of a tool that ran no command. */
export const toolText = (output: string, exitCode = 0): ToolResult => ({
  output,
  exitCode,
  timedOut: false,
  truncated: false,
  durationMs: 0,
});
