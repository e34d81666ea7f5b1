// Clipping what a model is shown: head and tail are kept, whole lines where that fits, and the gap says how much is missing.

/** 0 = no limit. */
export function clipObservation(text: string, maxChars: number): string {
  if (maxChars <= 0 || text.length <= maxChars) return text;
  const half = Math.floor(maxChars / 2);
  const head = keepHead(text, half);
  const tail = keepTail(text, half);
  const cut = text.length - head.length - tail.length;
  return `${head}\n<response clipped: ${cut} of ${text.length} characters left out here; use grep, head, tail or sed -n to see them>\n${tail}`;
}

function keepHead(text: string, chars: number): string {
  const end = text.lastIndexOf('\n', chars);
  return text.slice(0, end > chars / 2 ? end : wholeCharacter(text, chars));
}

function keepTail(text: string, chars: number): string {
  const start = text.length - chars;
  const newline = text.indexOf('\n', start);
  return text.slice(newline >= 0 && newline < start + chars / 2 ? newline + 1 : wholeCharacter(text, start));
}

/** Steps back off the middle of a surrogate pair. */
const wholeCharacter = (text: string, at: number): number => (/[\uDC00-\uDFFF]/.test(text[at] ?? '') ? at - 1 : at);
