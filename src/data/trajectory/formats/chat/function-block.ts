// The XML form of an action inside a reply, as SWE-agent, SWE-smith, R2E-Gym and OpenHands write it:
//
//     <function=bash>
//     <parameter=command>ls</parameter>
//     </function>
//
// Values are not escaped. A value, and the block, end where the text goes on as the form does; only where it nowhere does so, at the first
// closing tag. (Reading of SWE-agent's `xml_function_calling`, made exact for values that hold closing tags themselves.)

export interface FunctionBlock {
  name: string;
  arguments: Record<string, string>;
  /** Of the block in the text, from `<` to after `>`. */
  start: number;
  end: number;
}

const OPENING = /<function\s*=\s*([^>\n]*)>/g;
const PARAMETER = /\s*<parameter\s*=\s*([^>\n]+)>/y;
const GOES_ON = /\s*(<parameter\s*=|<\/function>)/y;
const CLOSING = /\s*<\/function>/y;
const VALUE_END = '</parameter>';

/** The first block of a text; whoever runs replies takes that one. */
export function findFunctionBlock(text: string): FunctionBlock | undefined {
  OPENING.lastIndex = 0;
  const opening = OPENING.exec(text);
  if (opening === null) return undefined;
  const args: Record<string, string> = {};
  let at = OPENING.lastIndex;
  for (let parameter = matchAt(PARAMETER, text, at); parameter !== null; parameter = matchAt(PARAMETER, text, at)) {
    const start = PARAMETER.lastIndex;
    const end = endOfValue(text, start);
    if (end === -1) return undefined;
    args[parameter[1]!.trim()] = withoutOuterNewlines(text.slice(start, end));
    at = end + VALUE_END.length;
  }
  const end =
    matchAt(CLOSING, text, at) === null ? text.indexOf('</function>', at) + '</function>'.length : CLOSING.lastIndex;
  if (end < at) return undefined;
  return { name: opening[1]!.trim(), arguments: args, start: opening.index, end };
}

function endOfValue(text: string, start: number): number {
  const first = text.indexOf(VALUE_END, start);
  for (let end = first; end !== -1; end = text.indexOf(VALUE_END, end + 1))
    if (matchAt(GOES_ON, text, end + VALUE_END.length) !== null) return end;
  return first;
}

function matchAt(sticky: RegExp, text: string, at: number): RegExpExecArray | null {
  sticky.lastIndex = at;
  return sticky.exec(text);
}

/** One newline at either end belongs to the form. */
const withoutOuterNewlines = (value: string): string => value.replace(/^\n/, '').replace(/\n$/, '');
