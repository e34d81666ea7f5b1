// What an edit brought in, of the errors that are there after it.

export interface LintError {
  line: number;
  column: number;
  problem: string;
}

/** Lines of an edit, and how many stand there after it. */
export interface EditedLines {
  first: number;
  last: number;
  lines: number;
}

/** What stands in no line that was there before; errors in lines that were edited are new. Lines of the edit count as those of errors do. */
export function newErrors(before: readonly LintError[], after: readonly LintError[], edit: EditedLines): LintError[] {
  const added = edit.lines - (edit.last - edit.first + 1);
  const known = before
    .filter(({ line }) => line < edit.first || line > edit.last)
    .map((error) => (error.line < edit.first ? error : { ...error, line: error.line + added }));
  return after.filter(
    ({ line, column, problem }) =>
      !known.some((one) => one.line === line && one.column === column && one.problem === problem),
  );
}
