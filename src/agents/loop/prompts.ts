// What a model is told. `default` spells out the rules and the text form of actions; `session` is the same with one shell for the whole
// attempt; `native` leaves the form to the provider's tool use; `brief` is for small students whose context is short, and speaks the same
// text form.
import { createHash } from 'node:crypto';
import { ConfigError } from '../../core/schema/errors.ts';
import type { Instance } from '../../core/schema/instance.ts';
import type { Message } from '../../core/schema/message.ts';

export interface Prompt {
  name: string;
  /** `native`: the model is given the tools' schemas and calls them as data; `text`: it writes its action (agent/action.ts). */
  toolUse: 'text' | 'native';
  /** `session`: one shell keeps directory and variables; `fresh`: each command has a shell of its own. */
  shell: 'fresh' | 'session';
  system: string;
  issue: (instance: Pick<Instance, 'problem_statement'>) => string;
}

const ROLE = 'You are an engineer who repairs a bug in the git repository at /testbed.';
const TASK = 'Find the cause, repair it, check it, then submit.';
const issueAndTask: Prompt['issue'] = ({ problem_statement }) =>
  `<issue>\n${problem_statement.trim()}\n</issue>\n\n${TASK}`;

const textSystem = (bash: string): string => `${ROLE}
Each turn, think first, then call exactly one tool in this form, and write nothing after it:

<think>your reasoning</think>
<function=bash>
<parameter=command>the command</parameter>
</function>

Tools:
- bash: runs \`command\` ${bash}. There is no network.
- str_replace_editor: \`command\` is view, create, str_replace, insert or undo_edit, with \`path\` (absolute) and, as needed, file_text, old_str, new_str, insert_line, view_range ([first, last]).
- submit: ends the attempt; what you changed in /testbed is your solution. Do not edit the existing tests.`;

const defaultPrompt: Prompt = {
  name: 'default',
  toolUse: 'text',
  shell: 'fresh',
  system: textSystem('in a fresh shell at /testbed (cd and variables do not carry over)'),
  issue: issueAndTask,
};

const sessionPrompt: Prompt = {
  ...defaultPrompt,
  name: 'session',
  shell: 'session',
  system: textSystem('in your shell, which starts at /testbed (cd and variables carry over)'),
};

const nativePrompt: Prompt = {
  name: 'native',
  toolUse: 'native',
  shell: 'fresh',
  system: `${ROLE}
Each turn, say briefly what you think, then call exactly one tool. Call \`submit\` when you are done; what you changed in /testbed is your solution. Do not edit the existing tests.`,
  issue: issueAndTask,
};

const briefPrompt: Prompt = {
  name: 'brief',
  toolUse: 'text',
  shell: 'fresh',
  system: 'Repair the bug.',
  issue: ({ problem_statement }) => problem_statement.trim(),
};

export const prompts: Record<string, Prompt> = Object.fromEntries(
  [defaultPrompt, sessionPrompt, nativePrompt, briefPrompt].map((prompt) => [prompt.name, prompt]),
);

export function findPrompt(name: string): Prompt {
  if (!Object.hasOwn(prompts, name))
    throw new ConfigError(`Unknown prompt "${name}". Known: ${Object.keys(prompts).join(', ')}.`);
  return prompts[name]!;
}

/** The messages that an attempt starts from. */
export const openingMessages = (prompt: Prompt, instance: Pick<Instance, 'problem_statement'>): Message[] => [
  { role: 'system', content: prompt.system },
  { role: 'user', content: prompt.issue(instance) },
];

/** What a model is told when its answer could not be read as one action. */
export const renderMalformed = (why: string, prompt: Prompt): string =>
  prompt.toolUse === 'native'
    ? `Nothing was run: ${why}. Call exactly one tool.`
    : `Nothing was run: ${why}. Answer with exactly one action in this form:\n\n<function=bash>\n<parameter=command>the command</parameter>\n</function>`;

export const promptHash = (prompt: Prompt): string =>
  createHash('sha256')
    .update(`${prompt.toolUse}\0${prompt.system}\0${prompt.issue({ problem_statement: '' })}`)
    .digest('hex')
    .slice(0, 12);
