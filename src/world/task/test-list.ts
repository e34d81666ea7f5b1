// Lists of test ids as data sets keep them: a list, JSON in a string, Python's repr of a list in a string; null and '' for none.

/** As it is where it is none of these, for the schema to refuse. */
export function readTestList(value: unknown): unknown {
  if (value === null || value === undefined) return [];
  if (typeof value !== 'string') return value;
  const text = value.trim();
  if (text === '') return [];
  try {
    return JSON.parse(text);
  } catch {
    return readPythonList(text) ?? value;
  }
}

/** Of strings alone; undefined where it is something else. */
function readPythonList(text: string): string[] | undefined {
  if (!text.startsWith('[') || !text.endsWith(']')) return undefined;
  const body = text.slice(1, -1).trim();
  const items: string[] = [];
  const item = /(['"])((?:\\[\s\S]|(?!\1)[^\\])*)\1\s*(?:,\s*|$)/y;
  while (item.lastIndex < body.length) {
    const match = item.exec(body);
    if (match === null) return undefined;
    items.push(unescapePython(match[2]!));
  }
  return items;
}

const ESCAPES = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

const unescapePython = (text: string): string =>
  text.replace(/\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|([\s\S]))/gi, (_, x, u, long, character) => {
    const code = Number.parseInt(x ?? u ?? long ?? '', 16);
    if (code <= 0x10ffff) return String.fromCodePoint(code);
    return ESCAPES.get(character) ?? character ?? '\ufffd';
  });
