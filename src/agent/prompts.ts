// What a model is told. `default` is for language models that need the rules spelled out; `brief` is for small students whose
// context is short. Both speak the same action format.
import { createHash } from 'node:crypto';
import type { Instance } from '../schema/instance.ts';
import type { Message } from '../schema/message.ts';

export interface Prompt {
  name: string;
  system: string;
  issue: (instance: Pick<Instance, 'problem_statement'>) => string;
}

const defaultPrompt: Prompt = {
  name: 'default',
  system: `You are an engineer who repairs a bug in the git repository at /testbed.
Each turn, think first, then call exactly one tool in this form, and nothing after it:

<think>your reasoning</think>
<function=bash>
<parameter=command>the command</parameter>
</function>

Tools:
- bash: runs \`command\` in a fresh shell at /testbed (cd and variables do not carry over). There is no network.
- str_replace_editor: \`command\` is view, create, str_replace or insert, with \`path\` and, as needed, file_text, old_str, new_str, insert_line, view_range.
- submit: ends the attempt; what you changed in /testbed is your solution. Do not edit the existing tests.`,
  issue: ({ problem_statement }) =>
    `<issue>\n${problem_statement.trim()}\n</issue>\n\nFind the cause, repair it, check it, then submit.`,
};

const briefPrompt: Prompt = {
  name: 'brief',
  system: 'Repair the bug.',
  issue: ({ problem_statement }) => problem_statement.trim(),
};

export const prompts: Record<string, Prompt> = { default: defaultPrompt, brief: briefPrompt };

/** The messages that an attempt starts from. */
export const openingMessages = (prompt: Prompt, instance: Pick<Instance, 'problem_statement'>): Message[] => [
  { role: 'system', content: prompt.system },
  { role: 'user', content: prompt.issue(instance) },
];

/** How an observation is shown to the model (SWE-agent's texts). */
export const renderObservation = (output: string): string =>
  output === '' ? 'Your command ran successfully and did not produce any output.' : `OBSERVATION:\n${output}`;

export const promptHash = (prompt: Prompt): string =>
  createHash('sha256')
    .update(`${prompt.system}\0${prompt.issue({ problem_statement: '' })}`)
    .digest('hex')
    .slice(0, 12);
