// Forms whose action is a command line: between fences, or between tags.
import type { ToolCall } from '../../../core/schema/message.ts';
import type { ActionForm, FoundAction, Span } from './form.ts';

/** `submit` is a tool that SWE-agent's agents call as a command. */
export const commandCall = (command: string): ToolCall =>
  command.trim() === 'submit' ? { name: 'submit', arguments: {} } : { name: 'bash', arguments: { command } };

/** A fence with one of these languages, as mini-swe-agent reads it. */
export const commandFence = (...languages: string[]): ActionForm => ({
  example: `\`\`\`${languages[0]} … \`\`\``,
  opens: '```',
  closes: '```',
  find: (text) => findBetween(text, new RegExp(`\`\`\`(?:${languages.join('|')})\\s*\\n`, 'g'), '\n```'),
});

export const commandTag = (name: string): ActionForm => ({
  example: `<${name}>…</${name}>`,
  opens: `<${name}>`,
  closes: `</${name}>`,
  find: (text) => findBetween(text, new RegExp(`<${name}>`, 'g'), `</${name}>`),
});

/** SWE-agent's `thought_action`: fences of whatever language that stand in no other. */
export const outerFence: ActionForm = {
  example: '``` … ```',
  opens: '```',
  closes: '```',
  find(text) {
    const open: RegExpExecArray[] = [];
    const found: FoundAction[] = [];
    for (const fence of text.matchAll(/^```(\S*)[^\S\n]*$/gm)) {
      if (open.length === 0 || fence[1] !== '') open.push(fence);
      else {
        const { index, 0: line } = open.pop()!;
        const start = index + line.length + 1;
        const action = { start, end: Math.max(start, fence.index - 1) };
        if (open.length === 0) found.push(foundAt(text, { start: index, end: fence.index + fence[0].length }, action));
      }
    }
    return found;
  },
};

function findBetween(text: string, opening: RegExp, closing: string): FoundAction[] {
  const found: FoundAction[] = [];
  for (let open = opening.exec(text); open !== null; open = opening.exec(text)) {
    const from = opening.lastIndex;
    const to = text.indexOf(closing, from);
    if (to === -1) break;
    const end = to + closing.length;
    found.push(foundAt(text, { start: open.index, end }, trimmed(text, { start: from, end: to })));
    opening.lastIndex = end;
  }
  return found;
}

const foundAt = (text: string, outer: Span, action: Span): FoundAction => ({
  ...outer,
  action,
  call: commandCall(text.slice(action.start, action.end)),
});

function trimmed(text: string, { start, end }: Span): Span {
  const body = text.slice(start, end);
  const from = start + body.length - body.trimStart().length;
  return { start: from, end: from + body.trim().length };
}
