// difflib's ratio over lists of strings, as Python takes them.
import { sequenceRatio } from '../difflib/ratio.ts';

/** Autojunk off: the lists are short. */
export function elementRatio(a: readonly string[], b: readonly string[]): number {
  const characters = new Map<string, string>();
  const characterOf = (element: string): string => {
    const known = characters.get(element) ?? String.fromCodePoint(FIRST + characters.size);
    characters.set(element, known);
    return known;
  };
  return sequenceRatio(a.map(characterOf).join(''), b.map(characterOf).join(''), { autojunk: false });
}

/** Past the surrogates, which would pair up: room for a million different elements. */
const FIRST = 0x10000;
