// The text form of actions: what is written is read back as it was, and what cannot be read is told apart.
import { expect, test } from 'vitest';
import { parseAction, renderAction, renderReply } from '../../../src/agents/loop/action.ts';
import { clipObservation } from '../../../src/agents/loop/clip.ts';
import { findPrompt, openingMessages, promptHash, prompts } from '../../../src/agents/loop/prompts.ts';

test.each([
  ['one line', 'ls -la'],
  ['many lines', "cat > a <<'EOF'\n  x\n\nEOF"],
  ['newlines at both ends', '\n\n  def f():\n'],
  ['angle brackets', 'a <b> </c> && echo "<parameter"'],
  ['nothing', ''],
  ['spaces alone', '  '],
])('an action with %s is read back as it was written', (_, value) => {
  const call = { name: 'str_replace_editor', arguments: { command: 'x', old_str: value } };
  const read = parseAction(renderReply('I think', renderAction(call)));
  expect(read).toEqual({ thought: 'I think', action: renderAction(call), toolCall: call });
});

test('values on lines of their own, as SWE-agent writes them, have the same canonical text', () => {
  const text = '<function=bash>\n<parameter=command>\nls\n</parameter>\n</function>';
  expect(parseAction(text)).toMatchObject({
    action: '<function=bash>\n<parameter=command>ls</parameter>\n</function>',
  });
});

test.each([
  ['in tags', '<think>first\nthen</think>\n', 'first\nthen'],
  ['before the action', 'I look at it.\n\n', 'I look at it.'],
  ['absent', '', ''],
])('the thought is what stands %s', (_, before, thought) => {
  expect(parseAction(`${before}<function=submit>\n</function>`)).toMatchObject({ thought });
});

test('an action within the thought is not an action', () => {
  const text =
    '<think>maybe <function=bash>\n<parameter=command>rm -r x</parameter>\n</function>?</think>\n<function=submit>\n</function>';
  expect(parseAction(text)).toMatchObject({ toolCall: { name: 'submit' } });
  expect(parseAction('<think><function=submit>\n</function></think>')).toHaveProperty('malformed');
});

test.each([
  ['prose', 'done!', /no <function/],
  ['an unclosed block', '<function=bash>\n<parameter=command>ls</parameter>', /no <function/],
  ['two blocks', '<function=submit>\n</function><function=submit>\n</function>', /expected one action, got 2/],
])('%s is malformed', (_, text, why) => {
  expect(parseAction(text)).toMatchObject({ malformed: expect.stringMatching(why) });
});

test('numbers and lists of native calls are written as JSON', () => {
  const call = { name: 'str_replace_editor', arguments: { view_range: [1, 20], insert_line: 3 } };
  expect(renderAction(call)).toBe(
    '<function=str_replace_editor>\n<parameter=view_range>[1,20]</parameter>\n<parameter=insert_line>3</parameter>\n</function>',
  );
});

test.each([
  ['short text stays as it is', 'a\nb\n', 10, 'a\nb\n'],
  ['0 means no limit', 'abcdef', 0, 'abcdef'],
])('%s', (_, text, limit, shown) => {
  expect(clipObservation(text, limit)).toBe(shown);
});

test('clipping keeps whole lines of head and tail and counts what it left out', () => {
  const text = Array.from({ length: 100 }, (_, i) => `line ${i}\n`).join('');
  const shown = clipObservation(text, 100);
  const [head, tail] = shown.split(/\n<response clipped: .*>\n/);
  const cut = Number(/clipped: (\d+) of 790/.exec(shown)![1]);
  expect(text.startsWith(`${head}\n`)).toBe(true);
  expect(text.endsWith(tail!)).toBe(true);
  expect(tail).toMatch(/^line \d+\n/);
  expect(head!.length + tail!.length + cut).toBe(text.length);
});

test('clipping one long line never cuts a character in two', () => {
  for (let limit = 6; limit < 30; limit++)
    expect(clipObservation('😀'.repeat(40), limit)).not.toMatch(/\p{Surrogate}/u);
});

test('every prompt opens with the system and the issue, and has a hash of its own', () => {
  const opening = Object.values(prompts).map((prompt) => openingMessages(prompt, { problem_statement: 'It fails.\n' }));
  for (const [system, issue] of opening) {
    expect([system!.role, issue!.role]).toEqual(['system', 'user']);
    expect(issue!.content).toContain('It fails.');
  }
  expect(new Set(Object.values(prompts).map(promptHash)).size).toBe(Object.keys(prompts).length);
  expect(() => findPrompt('polite')).toThrow('Unknown prompt "polite". Known: default, session, native, brief.');
  expect(() => findPrompt('constructor')).toThrow('Unknown prompt "constructor"');
});
