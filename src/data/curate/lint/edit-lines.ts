// Edits against a patch, line by line. For every line, the patch adds it as often as the edits do, less the times they take it away: that
// holds however a diff aligns the two files. Tabs are expanded first, as SWE-agent's editor expands those of every file it edits.
import type { ChangedFile } from '../../../core/patch/changed-files.ts';
import { pushAll } from '../../../core/run/large-arrays.ts';
import type { Edit } from './editor-edits.ts';

/** A file that the edits made: all of its text is known. Undefined when nothing differs. */
export function compareCreated(edits: readonly Edit[], change: ChangedFile): string | undefined {
  let text = '';
  for (const { kind, removed, added } of edits) {
    if (kind === 'create') text = added;
    else if (kind === 'insert' || text.split(removed).length !== 2) return undefined;
    else text = text.split(removed).join(added);
  }
  const made = text.split('\n').map(normalise).join('\n').trim();
  return made === change.added.map(normalise).join('\n').trim()
    ? undefined
    : 'its text in the patch is not what was written';
}

/** A file that was there before: only whole lines are compared. */
export function compareEdited(edits: readonly Edit[], change: ChangedFile): string | undefined {
  const net = new Map<string, number>();
  const patched = new Map<string, number>();
  const parts: Part[] = [];
  const count = (counts: Map<string, number>, lines: readonly string[], by: number): void => {
    for (const line of lines.map(normalise)) counts.set(line, (counts.get(line) ?? 0) + by);
  };
  for (const { kind, removed, added } of edits) {
    const [old, fresh] = [removed, added].map((text) => text.split('\n')) as [string[], string[]];
    count(net, kind === 'insert' ? fresh : fresh.slice(1, -1), 1);
    count(net, old.slice(1, -1), -1);
    if (kind !== 'insert') pushAll(parts, partsOf(old, fresh));
  }
  count(patched, change.added, 1);
  count(patched, change.removed, -1);
  let [foreign, lost] = [0, 0];
  for (const line of new Set([...net.keys(), ...patched.keys()])) {
    if (line.trim() === '' || parts.some((part) => mayBe(line, part))) continue;
    const [ours, theirs] = [net.get(line) ?? 0, patched.get(line) ?? 0];
    if (ours === 0) foreign += Math.abs(theirs);
    else lost += Math.abs(ours - theirs);
  }
  if (foreign + lost === 0) return undefined;
  return `lines that only the patch changes: ${foreign}, that only the edits change: ${lost}`;
}

/** Where a text begins or ends inside a line, of which the rest is not known. */
interface Part {
  text: string;
  at: 'end' | 'start' | 'anywhere';
}

/** What begins, or ends, alike before and after changes nothing there. */
function partsOf(old: readonly string[], fresh: readonly string[]): Part[] {
  const parts = [...endsOf(old), ...endsOf(fresh)].map(({ text, at }) => ({ text: squash(text), at }));
  return parts.filter((part, index) => !parts.some((other, i) => i !== index && isSame(part, other)));
}

function endsOf(lines: readonly string[]): Part[] {
  if (lines.length === 1) return [{ text: lines[0]!, at: 'anywhere' }];
  return [
    { text: lines[0]!, at: 'end' },
    { text: lines.at(-1)!, at: 'start' },
  ];
}

const isSame = (a: Part, b: Part): boolean => a.at === b.at && a.text === b.text;

function mayBe(line: string, { text, at }: Part): boolean {
  const squashed = squash(line);
  if (at === 'anywhere') return squashed.includes(text);
  return at === 'end' ? squashed.endsWith(text) : squashed.startsWith(text);
}

/** How far a tab in the middle of a line goes, a part of the line does not tell. */
const squash = (text: string): string => text.replace(/\s+/g, ' ');

function normalise(line: string): string {
  if (!line.includes('\t') && !line.endsWith('\r')) return line;
  let expanded = '';
  for (const character of line.replace(/\r$/, ''))
    expanded += character === '\t' ? ' '.repeat(8 - (expanded.length % 8)) : character;
  return expanded;
}
