// The tools of an attempt, by name.
import { bash, sessionBash } from './bash.ts';
import { strReplaceEditor } from './editor/editor.ts';
import { submit } from './submit.ts';
import type { AgentTool } from './tool.ts';

export const agentTools: readonly AgentTool[] = [bash, strReplaceEditor, submit];

/** Of an attempt whose commands share a shell. */
export const sessionTools: readonly AgentTool[] = [sessionBash, strReplaceEditor, submit];

export const findTool = (name: string): AgentTool | undefined => agentTools.find(({ schema }) => schema.name === name);
