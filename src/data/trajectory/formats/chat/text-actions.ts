// Actions in the text of replies. A trajectory keeps to one form, so that the form is chosen once: a fence that a reply in another form
// shows is no action.
import { commandCall } from '../../../../agents/loop/forms/command-text.ts';
import type { ActionForm, FoundAction } from '../../../../agents/loop/forms/form.ts';
import { actionForms as forms } from '../../../../agents/loop/forms/forms.ts';
import { thoughtBefore, withoutThoughts } from '../../../../agents/loop/thoughts.ts';
import type { Step } from '../../../../core/schema/trajectory.ts';
import { windowedCall } from '../../../../world/sandbox/tools/windowed/command-line.ts';

export type ReadAction = Pick<Step, 'thought' | 'action' | 'tool_call' | 'malformed'>;

/** A form, and which of the actions that a reply has in it are run. */
interface TextForm {
  form: ActionForm;
  take: (found: readonly FoundAction[]) => readonly FoundAction[];
  /** Whether the shell has tools as commands. */
  hasTools?: boolean;
}

const first: TextForm['take'] = (found) => found.slice(0, 1);
const last: TextForm['take'] = (found) => found.slice(-1);
/** More than one is a format error. */
const only: TextForm['take'] = (found) => (found.length === 1 ? found : []);
/** SWE-agent and OpenHands run the first block; those in tags of their own are all run. */
const firstOrWrapped: TextForm['take'] = (found) =>
  found[0]?.isWrapped ? found.filter(({ isWrapped }) => isWrapped) : first(found);

const functionForm: TextForm = { form: forms.function_xml, take: firstOrWrapped };

const FORMS: readonly TextForm[] = [
  functionForm,
  { form: forms.tool_call_json, take: (found) => found },
  { form: forms.mini_fence, take: only },
  { form: forms.mini_tag, take: only },
  { form: forms.command_xml, take: last, hasTools: true },
  { form: forms.bash_fence, take: only },
  { form: forms.outer_fence, take: last, hasTools: true },
];

/** Reads every reply in the form that most of them are in; each has an action at least. */
export function readTextActions(replies: readonly string[]): ReadAction[][] {
  let best: ReadAction[][] = [];
  let most = 0;
  for (const form of FORMS) {
    if (most === replies.length) break;
    const read = replies.map((reply) => readIn(form, reply));
    const count = read.filter((actions) => actions.length > 0).length;
    if (count > most) [best, most] = [read, count];
  }
  return replies.map((reply, index) => (best[index]?.length ? best[index] : [malformedAction(reply)]));
}

/** The first action of a reply in SWE-smith's XML. */
export const functionAction = (reply: string): ReadAction | undefined => readIn(functionForm, reply)[0];

/** A reply without an action is its own action. */
export const malformedAction = (reply: string): ReadAction => ({
  thought: reply.trim(),
  action: reply,
  malformed: true,
});

/** A command line that was run in SWE-agent's shell, which has its tools as commands. */
export const commandAction = (thought: string, command: string): ReadAction => ({
  thought: thought.trim(),
  action: command,
  tool_call: windowedCall(command) ?? commandCall(command),
  malformed: false,
});

function readIn({ form, take, hasTools = false }: TextForm, text: string): ReadAction[] {
  const reply = withoutThoughts(text, form.opens);
  return take(form.find(reply.visible)).map(({ start, action: { start: from, end }, call }, n) => {
    const thought = n === 0 ? thoughtBefore(reply, start) : '';
    const action = text.slice(from, end);
    if ('malformed' in call) return { thought, action, malformed: true };
    return { thought, action, tool_call: (hasTools && windowedCall(action)) || call, malformed: false };
  });
}
