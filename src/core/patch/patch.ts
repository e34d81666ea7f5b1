// A git patch between two texts of one file, as one hunk round everything that differs.
const CONTEXT = 3;
const NO_NEWLINE = '\\ No newline at end of file';

/** Empty when the texts are equal. */
export function filePatch(path: string, before: string, after: string): string {
  if (before === after) return '';
  const [old, fresh] = [linesOf(before), linesOf(after)];
  const least = Math.min(old.length, fresh.length);
  let head = 0;
  while (head < least && old[head] === fresh[head]) head++;
  let tail = 0;
  while (tail < least - head && old.at(-1 - tail) === fresh.at(-1 - tail)) tail++;
  const from = Math.max(0, head - CONTEXT);
  const shared = Math.min(tail, CONTEXT);
  const hunk = [
    ...old.slice(from, head).map((line) => ` ${line}`),
    ...old.slice(head, old.length - tail).map((line) => `-${line}`),
    ...fresh.slice(head, fresh.length - tail).map((line) => `+${line}`),
    ...old.slice(old.length - tail, old.length - tail + shared).map((line) => ` ${line}`),
  ];
  const range = (lines: readonly string[]): string => {
    const count = lines.length - tail + shared - from;
    return `${count === 0 ? from : from + 1},${count}`;
  };
  const header = [
    `diff --git a/${path} b/${path}`,
    `--- a/${path}`,
    `+++ b/${path}`,
    `@@ -${range(old)} +${range(fresh)} @@`,
  ];
  return [...header, ...hunk].map((line) => (line.endsWith('\n') ? line : `${line}\n`)).join('');
}

/** Lines with their newline; a last one without says so, as git does. */
function linesOf(text: string): string[] {
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const last = lines.at(-1);
  if (last !== undefined && !last.endsWith('\n')) lines[lines.length - 1] = `${last}\n${NO_NEWLINE}\n`;
  return lines;
}
