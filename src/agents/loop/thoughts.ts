// The monologues of a reply. What stands in them is thought, not done: every reader of actions looks past them.

export interface VisibleReply {
  /** The reply with blanks for its monologues, so that places in it are places in the reply. */
  visible: string;
  /** What the monologues say, without their tags; undefined when there are none. */
  thoughts: string | undefined;
}

const [OPEN, CLOSE] = ['<think>', '</think>'];

/**
 * `opening`: what an action begins with. Monologues come before the action: tags within one of its values are part of that value. One that
 * is never closed goes on to the end when the reply begins with it; one that the prompt opened is only closed here.
 */
export function withoutThoughts(text: string, opening: string): VisibleReply {
  const said: string[] = [];
  let visible = '';
  let at = 0;
  const take = (start: number, from: number, to: number, end: number): void => {
    visible += text.slice(at, start) + '\n'.repeat(end - start);
    said.push(text.slice(from, to).trim());
    at = end;
  };
  const unopened = endOfUnopened(text, opening);
  if (unopened !== -1) take(0, 0, unopened, unopened + CLOSE.length);
  for (;;) {
    const start = text.indexOf(OPEN, at);
    if (start === -1 || text.slice(at, start).includes(opening)) break;
    const from = start + OPEN.length;
    const end = text.indexOf(CLOSE, from);
    if (end !== -1) take(start, from, end, end + CLOSE.length);
    else {
      if (text.slice(0, start).trim() === '') take(start, from, text.length, text.length);
      break;
    }
  }
  return { visible: visible + text.slice(at), thoughts: said.length === 0 ? undefined : said.join('\n') };
}

/** What a reply says before `end`, where its action begins: its monologues; where they are empty or there are none, all of it. */
export const thoughtBefore = ({ visible, thoughts }: VisibleReply, end: number): string =>
  thoughts || visible.slice(0, end).trim();

/** Where the monologue ends that the reply is in from its beginning. -1 when it is in none, or when the tag may be part of a value. */
function endOfUnopened(text: string, opening: string): number {
  const close = text.indexOf(CLOSE);
  if (close === -1 || text.slice(0, close).includes(OPEN)) return -1;
  return text.slice(0, close).includes(opening) && !text.slice(close).includes(opening) ? -1 : close;
}
