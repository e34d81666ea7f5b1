// What changes within a line: the shortest run of whole words and operators whose first occurrence in the line is the place meant.

export interface Narrowed {
  old: string;
  now: string;
}

export function narrowest(from: string, to: string): Narrowed {
  const [a, b] = [tokens(from), tokens(to)];
  const shorter = Math.min(a.length, b.length);
  let head = 0;
  while (head < shorter && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < shorter - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  const old = (): string => a.slice(head, a.length - tail).join('');
  const isPlace = (): boolean => old().trim() !== '' && from.indexOf(old()) === a.slice(0, head).join('').length;
  while (head > 0 && !isPlace()) head--;
  while (tail > 0 && !isPlace()) tail--;
  return { old: old(), now: b.slice(head, b.length - tail).join('') };
}

const tokens = (line: string): string[] => line.match(/\w+|\s+|[^\w\s]+/g) ?? [];
