// A unified diff as data: one record a file, its hunks line by line. What reads, writes and reverses patches agrees on it.

export interface FilePatch {
  /** In the repository, decoded; absent for /dev/null. */
  oldPath?: string | undefined;
  newPath?: string | undefined;
  operation: 'modify' | 'create' | 'delete' | 'rename' | 'copy';
  /** As git prints them, `100644`; only where the patch changes or states them. */
  oldMode?: string | undefined;
  newMode?: string | undefined;
  /** As git prints it: `similarity index 90%`. */
  similarity?: string;
  /** Object ids of both sides, and the mode when it stays. */
  index?: { old: string; new: string; mode?: string } | undefined;
  hunks: Hunk[];
  /** Lines of a binary change, as they are in the patch. */
  binary?: string[] | undefined;
  /** False for a plain `---`, `+++` patch that git did not write. */
  hasGitHeader: boolean;
  /** This file's part of the patch, as it was read. */
  text: string;
}

export interface Hunk {
  old: Range;
  new: Range;
  /** What follows the second `@@`: git prints the definition that the hunk is in. */
  heading: string;
  lines: HunkLine[];
}

/** A side's first line, from 1 (the line before it when it has none), and its number of lines. */
export interface Range {
  start: number;
  count: number;
}

export interface HunkLine {
  sign: ' ' | '-' | '+';
  /** Without the newline; a carriage return stays. */
  text: string;
  /** The last line of its file, which does not end with a newline. */
  noNewline?: true;
}

/** Where the file is after the patch; before it, when the patch deletes the file. */
export const pathOf = ({ oldPath, newPath }: FilePatch): string => newPath ?? oldPath ?? '';

/** Texts of the lines with one sign, over all hunks. */
export const linesWith = (sign: HunkLine['sign'], { hunks }: Pick<FilePatch, 'hunks'>): string[] =>
  hunks.flatMap(({ lines }) => lines.filter((line) => line.sign === sign).map(({ text }) => text));
