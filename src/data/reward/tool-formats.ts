// The forms in which models write an action. In whatever form it came, the reward compares its canonical text.
import { parseAction } from '../../agents/loop/action.ts';
import type { ToolCall } from '../../core/schema/message.ts';

export interface ToolFormat {
  /** How an action looks, for messages. */
  example: string;
  /** What an action begins and ends with. */
  opens: string;
  closes: string;
  /** Finds every action in a text. */
  blocks: RegExp;
  /** Reads one of them. `strict`: nothing in it that is not part of the form. */
  read(block: string, strict: boolean): ToolCall | { malformed: string };
}

export type ToolFormatName = 'function_xml' | 'tool_call_json' | 'bash_block' | 'command_xml';

export const toolFormats: Record<ToolFormatName, ToolFormat> = {
  /** SWE-agent, SWE-smith, OpenHands, R2E-Gym, and the SRL paper. */
  function_xml: {
    example: '<function=…>…</function>',
    opens: '<function=',
    closes: '</function>',
    blocks: /<function=[^>\n]+>[\s\S]*?<\/function>/g,
    read(block, strict) {
      if (strict && outsideParameters(block) !== '') return { malformed: 'text between the parameters of the action' };
      const parsed = parseAction(block);
      return 'malformed' in parsed ? parsed : parsed.toolCall;
    },
  },
  /** Hermes and Qwen. */
  tool_call_json: {
    example: '<tool_call>{"name": …, "arguments": {…}}</tool_call>',
    opens: '<tool_call>',
    closes: '</tool_call>',
    blocks: /<tool_call>[\s\S]*?<\/tool_call>/g,
    read: (block) => readJsonCall(block.slice('<tool_call>'.length, -'</tool_call>'.length)),
  },
  /** mini-swe-agent 1, and 2 without tool calls. */
  bash_block: {
    example: '```bash … ```',
    opens: '```',
    closes: '```',
    blocks: /^```(?:bash|sh|mswea_bash_command)[ \t]*\n[\s\S]*?^```[ \t]*$/gm,
    read: (block) => bashCall(block.slice(block.indexOf('\n'), block.lastIndexOf('```'))),
  },
  /** SWE-agent's `xml_thought_action`. */
  command_xml: {
    example: '<command>…</command>',
    opens: '<command>',
    closes: '</command>',
    blocks: /<command>[\s\S]*?<\/command>/g,
    read: (block) => bashCall(block.slice('<command>'.length, -'</command>'.length)),
  },
};

const outsideParameters = (block: string): string =>
  block
    .slice(block.indexOf('>') + 1, -'</function>'.length)
    .replace(/<parameter=[^>\n]+>[\s\S]*?<\/parameter>/g, '')
    .trim();

/** One newline at either end belongs to the form. */
const bashCall = (inside: string): ToolCall => ({
  name: 'bash',
  arguments: { command: inside.replace(/^\n/, '').replace(/\n$/, '') },
});

function readJsonCall(json: string): ToolCall | { malformed: string } {
  const call = parseObject(json);
  if (call === undefined) return { malformed: 'the tool call is not a JSON object' };
  // OpenAI's form has the arguments as JSON in a string.
  const args = typeof call.arguments === 'string' ? parseObject(call.arguments) : call.arguments;
  if (typeof call.name !== 'string' || !isObject(args))
    return { malformed: 'the tool call needs `name` and `arguments`' };
  return { name: call.name, arguments: args };
}

function parseObject(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
