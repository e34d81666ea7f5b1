import { describe, expect, test } from 'vitest';
import { checkFormat } from '../../../src/data/reward/format.ts';
import type { ToolFormatName } from '../../../src/data/reward/tool-formats.ts';

const bash = (command: string) => `<function=bash>\n<parameter=command>${command}</parameter>\n</function>`;

describe('the strict format', () => {
  const ls = bash('ls');
  test.each([
    ['an action alone', ls, 'the reply must start with <think>'],
    ['prose first', `Hm. <think>t</think>\n${ls}`, 'the reply must start with <think>'],
    ['an open monologue', `<think>t\n${ls}`, '<think> is never closed'],
    ['two monologues', `<think>a<think>b</think>\n${ls}`, 'more than one <think>'],
    ['a second monologue', `<think>a</think><think>b</think>\n${ls}`, 'text between </think> and the action'],
    ['no action', '<think>t</think>', 'no action after </think>'],
    ['prose instead of an action', '<think>t</think>\nls', 'text between </think> and the action'],
    ['prose between', `<think>t</think>\nNow:\n${ls}`, 'text between </think> and the action'],
    ['text after the action', `<think>t</think>\n${ls}\nDone.`, 'text after the action'],
    [
      'an unclosed action',
      '<think>t</think>\n<function=bash>\n<parameter=command>ls</parameter>',
      'text after the action',
    ],
    ['two actions', `<think>t</think>\n${ls}\n${ls}`, 'expected one action, got 2'],
    ['no parameters', '<think>t</think>\n<function=bash>ls</function>', 'text between the parameters of the action'],
    [
      'an unclosed parameter',
      '<think>t</think>\n<function=bash>\n<parameter=command>ls\n</function>',
      '<parameter=command> is never closed',
    ],
    ['the empty reply', '', 'the reply must start with <think>'],
  ])('rejects %s', (_what, text, malformed) => {
    expect(checkFormat(text)).toEqual({ malformed });
  });

  test.each([
    ['white space around', `\n <think>t</think>\n\n${ls}\n`],
    ['an empty monologue', `<think></think>${ls}`],
    ['an action without parameters', '<think>t</think>\n<function=submit>\n</function>'],
  ])('accepts %s', (_what, text) => {
    expect(checkFormat(text)).toHaveProperty('action');
  });
});

test.each(['strict', 'lenient'] as const)('%s: a value keeps think tags, a monologue may speak of actions', (mode) => {
  const action = bash('echo "<think>x</think>"');
  expect(checkFormat(`<think>as in <function=bash></think>\n${action}`, mode)).toMatchObject({
    action,
    thought: 'as in <function=bash>',
  });
});

test('a reply that repeats itself without end is refused at once', () => {
  const reply = `<think>t</think>\n<function=bash>\n${'<parameter=command>ls</parameter>\n'.repeat(2000)}x</function>`;
  const before = process.cpuUsage().user;
  expect(checkFormat(reply)).toEqual({ malformed: 'text between the parameters of the action' });
  expect(process.cpuUsage().user - before).toBeLessThan(1_000_000);
});

describe('tool formats', () => {
  const json = (call: unknown) => `<tool_call>\n${JSON.stringify(call)}\n</tool_call>`;
  const call = { name: 'bash', arguments: { command: 'ls\nls -l' } };
  const action = bash('ls\nls -l');
  const forms: [ToolFormatName, string, string][] = [
    ['function_xml', action, action],
    ['function_xml', '<function=bash>\n<parameter=command>\nls\nls -l\n</parameter>\n</function>', action],
    ['tool_call_json', json(call), action],
    ['tool_call_json', json({ ...call, arguments: JSON.stringify(call.arguments) }), action],
    [
      'tool_call_json',
      json({ name: 'str_replace_editor', arguments: { command: 'view', view_range: [1, 20] } }),
      '<function=str_replace_editor>\n<parameter=command>view</parameter>\n<parameter=view_range>[1,20]</parameter>\n</function>',
    ],
    ['bash_block', '```bash\nls\nls -l\n```', action],
    ['bash_block', '```mswea_bash_command\nls\nls -l\n```', action],
    ['bash_block', '```bash\necho "```"\n```', bash('echo "```"')],
    ['command_xml', '<command>\nls\nls -l\n</command>', action],
  ];

  test.each(forms)('%s: %j alone is strict', (toolFormat, text, canonical) => {
    expect(checkFormat(`<think>t</think>\n${text}`, 'strict', toolFormat)).toMatchObject({
      action: canonical,
      thought: 't',
    });
  });

  test.each(forms)('%s: %j between prose is lenient', (toolFormat, text, canonical) => {
    const reply = `I look.\n${text}\nThat is all.`;
    expect(checkFormat(reply, 'lenient', toolFormat)).toMatchObject({ action: canonical });
    expect(checkFormat(reply, 'strict', toolFormat)).toEqual({ malformed: 'the reply must start with <think>' });
  });

  test.each(forms)('%s: %j twice is no action', (toolFormat, text) => {
    for (const mode of ['strict', 'lenient'] as const)
      expect(checkFormat(`<think>t</think>\n${text}\n${text}`, mode, toolFormat)).toEqual({
        malformed: 'expected one action, got 2',
      });
  });

  test.each<[ToolFormatName, string, string]>([
    ['tool_call_json', '<tool_call>{"name": "bash"</tool_call>', 'the tool call is not a JSON object'],
    ['tool_call_json', '<tool_call>[]</tool_call>', 'the tool call is not a JSON object'],
    ['tool_call_json', json({ name: 'bash' }), 'the tool call needs `name` and `arguments`'],
    ['tool_call_json', json({ name: 'bash', arguments: 'ls' }), 'the tool call needs `name` and `arguments`'],
    ['tool_call_json', action, 'text between </think> and the action'],
    ['bash_block', '```python\nprint()\n```', 'no ```bash … ``` block found'],
    ['bash_block', '```bash\nls', 'text after the action'],
    ['command_xml', '<command>ls</command> done', 'text after the action'],
  ])('%s: %j is malformed: %s', (toolFormat, text, malformed) => {
    expect(checkFormat(`<think>t</think>\n${text}`, 'strict', toolFormat)).toEqual({ malformed });
  });
});
