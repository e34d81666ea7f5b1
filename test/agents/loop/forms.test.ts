// The table of text forms: every reader finds the same actions, at their places, and none in what is thought.
import { describe, expect, test } from 'vitest';
import { actionForms } from '../../../src/agents/loop/forms/forms.ts';
import { thoughtBefore, withoutThoughts } from '../../../src/agents/loop/thoughts.ts';

type FormName = keyof typeof actionForms;
const xml = '<function=bash>\n<parameter=command>ls -l</parameter>\n</function>';
const written: [FormName, string, string][] = [
  ['function_xml', xml, xml],
  ['function_xml', `<tool_call>\n${xml}\n</tool_call>`, xml],
  ['tool_call_xml', `<tool_call>\n${xml}\n</tool_call>`, xml],
  ['tool_call_json', '<tool_call>{"name":"bash","arguments":{"command":"ls -l","cwd":null}}</tool_call>', ''],
  ['bash_block', '```sh\nls -l\n```', 'ls -l'],
  ['mini_fence', '```mswea_bash_command\n ls -l \n```', 'ls -l'],
  ['bash_fence', '```bash\nls -l\n```', 'ls -l'],
  ['mini_tag', '<mswea_bash_command>ls -l</mswea_bash_command>', 'ls -l'],
  ['command_xml', '<command>\nls -l\n</command>', 'ls -l'],
  ['outer_fence', '```\nls -l\n```', 'ls -l'],
];

describe.each(written)('%s: %j', (name, text, action) => {
  const form = actionForms[name];
  const find = (reply: string) => {
    const read = withoutThoughts(reply, form.opens);
    return form.find(read.visible).map((found) => ({
      call: found.call,
      action: reply.slice(found.action.start, found.action.end),
      thought: thoughtBefore(read, found.start),
    }));
  };
  const expected = {
    call: { name: 'bash', arguments: { command: 'ls -l' } },
    action: action === '' ? text : action,
  };
  const other = text.replace('ls -l', 'rm -r x');

  test.each([
    ['after a monologue', `<think>t</think>\n${text}`, 't'],
    ['after prose', `Look: é🐍\n\n${text}\nThat is all.`, 'Look: é🐍'],
    ['after an empty monologue and prose', `<think>\n\n</think>\n\nLook.\n${text}`, 'Look.'],
    ['after a monologue with an action in it', `<think>maybe\n${other}\nno</think>\n${text}`, `maybe\n${other}\nno`],
    ['after a monologue that the prompt opened', `maybe\n${other}\nno</think>\n${text}`, `maybe\n${other}\nno`],
  ])('found at its place %s', (_, reply, thought) => {
    expect(find(reply)).toEqual([{ ...expected, thought }]);
  });

  test('never found within a monologue, be it closed or not', () => {
    expect(find(`<think>maybe\n${text}\n</think>\nDone.`)).toEqual([]);
    expect(find(`<think>maybe\n${text}\n`)).toEqual([]);
  });

  test('both of two are found', () => {
    expect(find(`${text}\n\n${other}`)).toHaveLength(2);
  });
});

test('values keep closing tags, and tags of thoughts, that are part of them', () => {
  const value = 'x</parameter>y</function> <think>z</think>';
  const text = `<function=edit>\n<parameter=a>${value}</parameter>\n<parameter=__proto__>p</parameter>\n</function>`;
  const [found] = actionForms.function_xml.find(withoutThoughts(text, '<function=').visible);
  expect(found).toMatchObject({ start: 0, end: text.length, hasStrayText: false });
  expect(found!.call).toEqual({
    name: 'edit',
    arguments: Object.fromEntries([
      ['a', value],
      ['__proto__', 'p'],
    ]),
  });
});

test.each<[FormName, string]>([
  ['function_xml', '<function=a>\n<parameter=b>'],
  ['function_xml', '<function=a>\n<parameter=b>x</parameter>y'],
  ['tool_call_json', '<tool_call>{'],
  ['bash_fence', '```bash\nls '],
  ['command_xml', '<command>'],
])('%s: a reply of nothing but %j is read in time that grows with its length', (name, piece) => {
  const before = process.cpuUsage().user;
  actionForms[name].find(piece.repeat(20_000));
  actionForms[name].find(`${piece.repeat(20_000)}${'</parameter>x'.repeat(20_000)}`);
  expect(process.cpuUsage().user - before).toBeLessThan(2_000_000);
});
