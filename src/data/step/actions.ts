// What a step asks of the student: its call as one action, or each of the commands in a bash call.
import { renderAction } from '../../agents/loop/action.ts';
import type { ToolCall } from '../../core/schema/message.ts';
import type { StepInstance, StepKind } from '../../core/schema/step-instance.ts';
import type { Step } from '../../core/schema/trajectory.ts';
import type { ParseScript, Script } from './bash.ts';
import { withoutThought } from './context.ts';
import { kindOfCommands, kindOfTool } from './kind.ts';
import { scriptOf, withScript } from './tools.ts';

export const granularities = ['call', 'command'] as const;
export type Granularity = (typeof granularities)[number];

export type Action = Pick<StepInstance, 'action' | 'tool' | 'kind' | 'parsed' | 'command'> & {
  /** Canonical text of the commands before it in the same call: done, but not yet observed. */
  before?: string;
};

export interface StepActions {
  /** Canonical text of the whole call; of a malformed step, its reply without the monologue. */
  text: string;
  /** Of the whole call. */
  kind: StepKind;
  actions: Action[];
}

export function readActions(
  { tool_call: call, action, cwd }: Step,
  granularity: Granularity,
  parse: ParseScript,
): StepActions {
  if (call === undefined) return wholeAction({ action: withoutThought(action), tool: '', kind: 'other' });
  const script = scriptOf(call);
  const { name: tool } = call;
  const text = renderAction(call);
  if (script === undefined) return wholeAction({ action: text, tool, kind: kindOfTool(call) });
  const read = parse(script, cwd);
  const { parsed } = read;
  const kind = kindOfCommands(read.commands);
  if (granularity === 'call' || read.units.length === 0) return wholeAction({ action: text, tool, kind, parsed });
  return { text, kind, actions: commandActions(call, script, read) };
}

const wholeAction = (action: Action): StepActions => ({ text: action.action, kind: action.kind, actions: [action] });

function commandActions(call: ToolCall, script: string, { units, parsed }: Script): Action[] {
  const start = units[0]!.bytes[0];
  const bytes = Buffer.from(script);
  return units.map(({ text, bytes: range, commands }, index) => {
    const cwd = commands[0]?.cwd;
    const before = index === 0 ? undefined : bytes.toString('utf8', start, units[index - 1]!.bytes[1]);
    return {
      action: renderAction(withScript(call, text)),
      tool: call.name,
      kind: kindOfCommands(commands),
      parsed,
      command: { index, count: units.length, bytes: range, ...(cwd !== undefined && { cwd }) },
      ...(before !== undefined && { before: renderAction(withScript(call, before)) }),
    };
  });
}
