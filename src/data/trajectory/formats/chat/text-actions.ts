// Actions in the text of replies. A trajectory keeps to one form, so that the form is chosen once: a fence that a reply in another form
// shows is no action.

import type { Step } from '../../../../core/schema/trajectory.ts';
import { windowedCall } from '../../../../world/sandbox/tools/windowed/command-line.ts';
import { findFunctionBlock } from './function-block.ts';

export type ReadAction = Pick<Step, 'thought' | 'action' | 'tool_call' | 'malformed'>;

/** The action of a reply, undefined when there is none. */
type TextForm = (reply: string) => ReadAction | undefined;

/** Reads every reply in the form that most of them are in. */
export function readTextActions(replies: readonly string[]): ReadAction[] {
  let best: (ReadAction | undefined)[] = [];
  let most = 0;
  for (const form of FORMS) {
    if (most === replies.length) break;
    const read = replies.map(form);
    const count = read.filter((action) => action !== undefined).length;
    if (count > most) [best, most] = [read, count];
  }
  return replies.map((reply, index) => best[index] ?? malformedAction(reply));
}

/** A reply without an action is its own action. */
export const malformedAction = (reply: string): ReadAction => ({
  thought: reply.trim(),
  action: reply,
  malformed: true,
});

/** A command line, as shells take it. */
const commandAction = (thought: string, command: string): ReadAction => ({
  thought: thought.trim(),
  action: command,
  tool_call: command.trim() === 'submit' ? { name: 'submit', arguments: {} } : { name: 'bash', arguments: { command } },
  malformed: false,
});

/** One of SWE-agent's, whose shell has its tools as commands. */
export const sweAgentAction = (thought: string, command: string): ReadAction => {
  const tool_call = windowedCall(command);
  return { ...commandAction(thought, command), ...(tool_call && { tool_call }) };
};

/** SWE-smith's XML. */
export const functionForm: TextForm = (reply) => {
  const block = findFunctionBlock(reply);
  if (block === undefined) return undefined;
  const { name, arguments: args, start, end } = block;
  const action = reply.slice(start, end);
  const thought = thoughtBefore(reply.slice(0, start));
  return name === ''
    ? { thought, action, malformed: true }
    : { thought, action, tool_call: { name, arguments: args }, malformed: false };
};

/** mini-swe-agent: one fence, or one pair of tags, of its own name; version 1 named it `bash`. More than one is a format error there. */
const miniForm =
  (pattern: RegExp): TextForm =>
  (reply) => {
    const [found, ...more] = reply.matchAll(pattern);
    if (found === undefined || more.length > 0) return undefined;
    return commandAction(reply.slice(0, found.index), found[1]!.trim());
  };

/** SWE-agent's `xml_thought_action`: the last pair of tags. */
const commandTagForm: TextForm = (reply) => {
  const [start, end] = [reply.lastIndexOf('<command>'), reply.lastIndexOf('</command>')];
  if (start === -1 || end < start) return undefined;
  return sweAgentAction(reply.slice(0, start), reply.slice(start + '<command>'.length, end).trim());
};

/** SWE-agent's `thought_action`: the last fence that stands in no other. */
const tickForm: TextForm = (reply) => {
  const open: RegExpExecArray[] = [];
  let last: { start: RegExpExecArray; end: RegExpExecArray } | undefined;
  for (const fence of reply.matchAll(/^```(\S*)[^\S\n]*$/gm)) {
    if (open.length > 0 && fence[1] === '') {
      const start = open.pop()!;
      if (open.length === 0) last = { start, end: fence };
    } else open.push(fence);
  }
  if (last === undefined) return undefined;
  const { start, end } = last;
  const from = start.index + start[0].length + 1;
  return sweAgentAction(reply.slice(0, start.index), reply.slice(from, Math.max(from, end.index - 1)));
};

const FORMS: readonly TextForm[] = [
  functionForm,
  miniForm(/```mswea_bash_command\s*\n([\s\S]*?)\n```/g),
  miniForm(/<mswea_bash_command>([\s\S]*?)<\/mswea_bash_command>/g),
  commandTagForm,
  miniForm(/```bash\s*\n([\s\S]*?)\n```/g),
  tickForm,
];

const thoughtBefore = (text: string): string => (/<think>([\s\S]*?)<\/think>/.exec(text)?.[1] ?? text).trim();
