// The editor speaks SWE-agent's texts. Where SWE-agent's own editor does more than it says, ours does not; its recordings are replayed
// with what it does.

import { expandTabs, universalNewlines } from '../python-text.ts';
import { countNewlines } from './lines.ts';

export interface Dialect {
  /** A file's text as `view` reads it. */
  viewed(text: string): string;
  /** A file's text as an edit reads it; what is written back is made of this. */
  edited(text: string): string;
  /** `old_str` and `new_str` as they are looked for and written. */
  argument(text: string): string;
  /** Lines as a listing shows them. */
  listed(text: string): string;
  /** The lines that a `str_replace` of several occurrences names. */
  occurrences(text: string, part: string): number[];
  /** Whether an empty `old_str` is everywhere; otherwise it is nowhere. */
  matchesEmpty: boolean;
  /** Whether edits are remembered for `undo_edit`. */
  remembers: boolean;
  /** Whether a long Python file that is viewed whole is shown as a map, without the bodies of its functions. */
  maps: boolean;
}

const asItIs = (text: string): string => text;

const stepwright: Dialect = {
  viewed: asItIs,
  edited: asItIs,
  argument: asItIs,
  listed: asItIs,
  occurrences: startLines,
  matchesEmpty: false,
  remembers: true,
  maps: false,
};

const sweAgent: Dialect = {
  viewed: universalNewlines,
  // An edit rewrites every tab and line end of the file.
  edited: (text) => expandTabs(universalNewlines(text)),
  argument: expandTabs,
  listed: expandTabs,
  // It looks in single lines, so an `old_str` of several lines is in none of them.
  occurrences: (text, part) => text.split('\n').flatMap((line, index) => (line.includes(part) ? [index + 1] : [])),
  matchesEmpty: true,
  // It forgets what it remembered: the history is never written back.
  remembers: false,
  maps: true,
};

export const dialects = { stepwright, 'swe-agent': sweAgent, 'swe-agent-0.7': sweAgent } as const;

/** The lines on which `part` starts. */
function startLines(text: string, part: string): number[] {
  const lines: number[] = [];
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length))
    lines.push(countNewlines(text.slice(0, at)) + 1);
  return lines;
}
