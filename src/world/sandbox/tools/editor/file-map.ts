// A long Python file without the bodies of its functions: what SWE-agent's editor shows of one that is viewed whole.
import { loadGrammar } from '../../../../core/syntax/grammar.ts';
import { expandTabs, splitLines } from '../python-text.ts';
import { clipListing } from './lines.ts';

const BEFORE =
  '<NOTE>This file is too large to display entirely. Showing abbreviated version. Please use `str_replace_editor view` with the `view_range` parameter to show selected lines next.</NOTE>';
const AFTER =
  '<IMPORTANT><NOTE>The above file has been abbreviated. Please use `str_replace editor view` with `view_range` to look at relevant files in detail.</NOTE></IMPORTANT>';

/** Shorter bodies are shown. */
const MIN_BODY_LINES = 6;

export async function fileMap(text: string): Promise<string> {
  const bodies = await functionBodies(text);
  const isElided = new Set(bodies.flatMap(([first, last]) => rangeOf(first, last)));
  const shown = splitLines(text)
    .map((line, row) => ({ row, line }))
    .filter(({ row }) => !isElided.has(row));
  const gaps = bodies.map(([first, last]) => ({ row: first, line: `... eliding lines ${first + 1}-${last + 1} ...` }));
  const lines = [...gaps, ...shown]
    .sort((a, b) => a.row - b.row)
    .map(({ row, line }) => `${String(row + 1).padStart(6)} ${line}`);
  return `${BEFORE}\n${clipListing(expandTabs(lines.join('\n')))}\n${AFTER}\n`;
}

/** First and last row of each, from 0; those of inner functions too. */
async function functionBodies(text: string): Promise<[number, number][]> {
  const parse = await loadGrammar('python');
  const tree = parse(text);
  try {
    const functions = tree.rootNode.descendantsOfType('function_definition');
    const bodies = functions.flatMap((node) => node?.childForFieldName('body') ?? []);
    return bodies
      .map((body): [number, number] => [body.startPosition.row, body.endPosition.row])
      .filter(([first, last]) => last - first + 1 >= MIN_BODY_LINES);
  } finally {
    tree.delete();
  }
}

const rangeOf = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);
