// The XML form of an action, as SWE-agent, SWE-smith, R2E-Gym and OpenHands write it, and the SRL paper's data:
//
//     <function=bash>
//     <parameter=command>ls</parameter>
//     </function>
//
// Qwen3-Coder writes <tool_call> and </tool_call> around it. Values are not escaped. A value, and the block, end where the text goes on as
// the form does; only where it nowhere does so, at the first closing tag. (Reading of SWE-agent's `xml_function_calling`, made exact for
// values that hold closing tags themselves.)
import type { ActionForm, FoundAction } from './form.ts';

const OPENING = /(<tool_call>\s*)?<function\s*=\s*([^>\n]*)>/g;
const NEXT = /<parameter\s*=\s*([^>\n]+)>|<\/function>/g;
const GOES_ON = /\s*(?:<parameter\s*=|<\/function>)/y;
const WRAP_END = /\s*<\/tool_call>/y;
const [VALUE_END, BLOCK_END] = ['</parameter>', '</function>'];

export const functionXml: ActionForm = {
  example: '<function=…>…</function>',
  opens: '<function=',
  closes: BLOCK_END,
  find: findFunctionBlocks,
};

/** Qwen3-Coder's: the same within tags of its own. */
export const wrappedFunctionXml: ActionForm = {
  example: '<tool_call><function=…>…</function></tool_call>',
  opens: '<tool_call>',
  closes: '</tool_call>',
  find: (text) => findFunctionBlocks(text).filter(({ isWrapped }) => isWrapped),
};

function findFunctionBlocks(text: string): FoundAction[] {
  const found: FoundAction[] = [];
  const endOfValue = createValueReader(text);
  for (let opening = execAt(OPENING, text, 0); opening !== null; opening = execAt(OPENING, text, found.at(-1)!.end)) {
    const { 1: wrap = '', 2: name = '', index } = opening;
    const block = readBlock(text, OPENING.lastIndex, endOfValue);
    if (block === undefined) break; // nothing after it is closed either
    const { end, entries, hasStrayText, unclosed } = block;
    const wrapEnd = execAt(WRAP_END, text, end) === null ? end : WRAP_END.lastIndex;
    found.push({
      start: index,
      end: wrapEnd,
      action: { start: index + wrap.length, end },
      isWrapped: wrap !== '' && wrapEnd > end,
      hasStrayText,
      call: callOf(name.trim(), entries, unclosed),
    });
  }
  return found;
}

type Entry = [name: string, value: string];

interface Block {
  end: number;
  entries: Entry[];
  hasStrayText: boolean;
  /** The parameter that is not closed. */
  unclosed?: string;
}

/** From after the opening tag; undefined when there is no end. */
function readBlock(text: string, from: number, endOfValue: (start: number) => number): Block | undefined {
  const entries: Entry[] = [];
  let hasStrayText = false;
  let at = from;
  for (let next = execAt(NEXT, text, at); next !== null; next = execAt(NEXT, text, at)) {
    const [tag, name] = next;
    if (text.slice(at, next.index).trim() !== '') hasStrayText = true;
    const start = next.index + tag.length;
    if (name === undefined) return { end: start, entries, hasStrayText };
    const end = endOfValue(start);
    if (end === -1) {
      const close = text.indexOf(BLOCK_END, start);
      return close === -1 ? undefined : { end: close + BLOCK_END.length, entries, hasStrayText, unclosed: name.trim() };
    }
    entries.push([name.trim(), withoutOuterNewlines(text.slice(start, end))]);
    at = end + VALUE_END.length;
  }
  return undefined;
}

function callOf(name: string, entries: readonly Entry[], unclosed: string | undefined): FoundAction['call'] {
  if (name === '') return { malformed: 'the function has no name' };
  if (unclosed !== undefined) return { malformed: `<parameter=${unclosed}> is never closed` };
  return { name, arguments: Object.fromEntries(entries) };
}

/** Where the value ends that begins at `start`, asked for in order; no part of the text is searched for the form's going on twice. */
function createValueReader(text: string): (start: number) => number {
  let goesOn = -1;
  let isSearched = false;
  return (start) => {
    const first = text.indexOf(VALUE_END, start);
    if (goesOn >= start) return goesOn;
    for (let end = isSearched ? -1 : first; end !== -1; end = text.indexOf(VALUE_END, end + 1))
      if (execAt(GOES_ON, text, end + VALUE_END.length) !== null) {
        goesOn = end;
        return end;
      }
    isSearched = true;
    return first;
  };
}

function execAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** One newline at either end belongs to the form. */
const withoutOuterNewlines = (value: string): string => value.replace(/^\n/, '').replace(/\n$/, '');
