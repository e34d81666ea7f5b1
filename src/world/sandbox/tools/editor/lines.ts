// Lines as the editor shows them, numbered as `cat -n` does.

import { firstCodePoints } from '../python-text.ts';

export const MAX_LISTED_CHARS = 16_000;
const CLIPPED =
  '<response clipped><NOTE>To save on context only part of this file has been shown to you. You should retry this tool after you have searched inside the file with `grep -n` in order to find the line numbers of what you are looking for.</NOTE>';

/** Lines numbered from `firstLine`. */
export function listing(
  text: string,
  what: string,
  { listed }: { listed: (text: string) => string },
  firstLine = 1,
): string {
  const numbered = listed(clipListing(text))
    .split('\n')
    .map((line, index) => `${String(firstLine + index).padStart(6)}\t${line}`);
  return `Here's the result of running \`cat -n\` on ${what}:\n${numbered.join('\n')}\n`;
}

export function clipListing(text: string): string {
  const shown = firstCodePoints(text, MAX_LISTED_CHARS);
  return shown.length < text.length ? shown + CLIPPED : text;
}

export const countNewlines = (text: string): number => text.split('\n').length - 1;
