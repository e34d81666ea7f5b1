// Hermes' and Qwen's form: <tool_call>{"name": …, "arguments": {…}}</tool_call>.
import { parseJsonText } from '../../../core/io/parse-json.ts';
import { givenArguments } from '../../../core/schema/message.ts';
import type { ActionForm, FoundAction } from './form.ts';

const [OPENS, CLOSES] = ['<tool_call>', '</tool_call>'];

export const toolCallJson: ActionForm = {
  example: '<tool_call>{"name": …, "arguments": {…}}</tool_call>',
  opens: OPENS,
  closes: CLOSES,
  find(text) {
    const found: FoundAction[] = [];
    for (let start = text.indexOf(OPENS); start !== -1; start = text.indexOf(OPENS, found.at(-1)!.end)) {
      const close = text.indexOf(CLOSES, start);
      if (close === -1) break;
      const end = close + CLOSES.length;
      const call = readJsonCall(text.slice(start + OPENS.length, close));
      found.push({ start, end, action: { start, end }, call });
    }
    return found;
  },
};

function readJsonCall(json: string): FoundAction['call'] {
  const call = parseObject(json);
  if (call === undefined) return { malformed: 'the tool call is not a JSON object' };
  // OpenAI's form has the arguments as JSON in a string.
  const args = typeof call.arguments === 'string' ? parseObject(call.arguments) : call.arguments;
  if (typeof call.name !== 'string' || !isObject(args))
    return { malformed: 'the tool call needs `name` and `arguments`' };
  return { name: call.name, arguments: givenArguments(args) };
}

function parseObject(json: string): Record<string, unknown> | undefined {
  const parsed = parseJsonText(json);
  return 'value' in parsed && isObject(parsed.value) ? parsed.value : undefined;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
