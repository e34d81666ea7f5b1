// The tools of an attempt, by name.
import { bash, sessionBash } from './bash.ts';
import { strReplaceEditor } from './editor/editor.ts';
import { submit } from './submit.ts';
import type { AgentTool } from './tool.ts';
import { windowedTools } from './windowed/windowed.ts';

export const agentTools: readonly AgentTool[] = [bash, strReplaceEditor, submit];

/** Of an attempt whose commands share a shell. */
export const sessionTools: readonly AgentTool[] = [sessionBash, strReplaceEditor, submit];

/** Those that an agent is offered, and those that only recordings call. */
export const findTool = (name: string): AgentTool | undefined =>
  [...agentTools, ...windowedTools].find(({ schema }) => schema.name === name);
