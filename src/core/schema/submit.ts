// What a submission is: the last act of an attempt, by the names that the field's agents have for it.
import type { Step } from './trajectory.ts';

/** SWE-agent; OpenHands and R2E-Gym; SWE-agent's interactive shell; Harbor's terminus. */
export const submitTools: readonly string[] = ['submit', 'finish', 'exit', 'mark_task_complete'];

/** mini-swe-agent submits by the first line that a command prints; each version has had a word for it. */
const SENTINEL = /(?:COMPLETE_TASK_AND_SUBMIT|MINI_SWE_AGENT|NANO_SWE_AGENT)_FINAL_OUTPUT/;
const PRINTS_SENTINEL = new RegExp(`\\b(?:echo|printf|print)\\b[\\s('"\\w-]{0,40}?${SENTINEL.source}`);

/** Whether a text speaks of the word, as prompts that explain it do. */
export const holdsSentinel = (text: string): boolean => SENTINEL.test(text);

/** Whether a script prints the word. */
export const printsSentinel = (script: string): boolean => PRINTS_SENTINEL.test(script);

/** In SWE-agent's text formats the tool is a command of the shell; a challenge's flag may follow it. */
export function isSubmit({ tool_call, action, malformed }: Pick<Step, 'tool_call' | 'action' | 'malformed'>): boolean {
  if (malformed) return false;
  const { command, cmd } = tool_call?.arguments ?? {};
  const script = [command, cmd, action].find((text) => typeof text === 'string') as string;
  return (
    submitTools.includes(tool_call?.name.toLowerCase() ?? '') ||
    /^submit(?:\s|$)/.test(script.trim()) ||
    printsSentinel(script)
  );
}

/** The ending of an attempt whose record does not say it. */
export const endingByLastAct = (steps: readonly Step[]): 'submitted' | undefined =>
  steps.length > 0 && isSubmit(steps.at(-1)!) ? 'submitted' : undefined;
