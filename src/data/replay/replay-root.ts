// A recording whose repository lay elsewhere than at /testbed: what its calls say of that place is said of ours, and the other way round of
// what they answer here.
import type { Observed } from '../../agents/loop/observe.ts';
import type { ToolCall } from '../../core/schema/message.ts';

const HERE = '/testbed';

export function callHere(call: ToolCall, root: string): ToolCall {
  const args = Object.entries(call.arguments).map(([name, value]) => [
    name,
    typeof value === 'string' ? renamed(value, root, HERE) : value,
  ]);
  return { ...call, arguments: Object.fromEntries(args) };
}

export const answerThere = (answer: Observed, root: string): Observed => ({
  ...answer,
  observation: renamed(answer.observation, HERE, root),
  ...(answer.raw_output !== undefined && { raw_output: renamed(answer.raw_output, HERE, root) }),
});

/** Not in longer names: neither in `/testbed2` nor in `/a/testbed`. */
function renamed(text: string, from: string, to: string): string {
  const path = new RegExp(`(?<![\\w.-])${from.replaceAll('.', '\\.')}(?![\\w.-])`, 'g');
  return text.replace(path, () => to);
}
