// The submitted patch against the edits that the trajectory shows. What cannot be told for sure is not told: a file that a script may
// have written to, an edit whose outcome is unknown, a line of which an edit replaced a part.
import { type ChangedFile, changedFiles } from '../../../core/patch/changed-files.ts';
import { compareCreated, compareEdited } from './edit-lines.ts';
import type { Edit } from './editor-edits.ts';
import { type EditedFiles, readEdits } from './edits.ts';
import type { Fault, Rule } from './rule.ts';

export const openPatch: Rule['open'] = (context) => async (trajectory) => {
  if (trajectory.patch === undefined) return [];
  const edited = await readEdits(trajectory, context);
  const changed = changedFiles(trajectory.patch);
  return [...unexplained(changed, edited), ...missing(changed, edited), ...differing(changed, edited)];
};

/** Files that were there before, that the patch changes and that no action writes to: what a program leaves behind it need not name. */
function* unexplained(changed: readonly ChangedFile[], { edits, isNamed, isOpen }: EditedFiles): Generator<Fault> {
  if (isOpen) return;
  for (const { path, from = path, isNew } of changed) {
    const isKnown = [path, from].some((one) => isNamed(one) || [...edits.keys()].some((file) => isAt(file, one)));
    if (!isNew && !isKnown) yield { message: `the patch changes ${path}, which no action writes to` };
  }
}

/** Files of the repository that were edited and that the patch leaves as they were. */
function* missing(changed: readonly ChangedFile[], { edits, isCertain }: EditedFiles): Generator<Fault> {
  const root = rootOf([...edits.keys()], changed);
  for (const [file, made] of edits) {
    const isChanged = changed.some(({ path }) => isAt(file, path));
    if (!isChanged && file.startsWith(root) && isCertain(file) && !cancelOut(made))
      yield { step: made.at(-1)!.step, message: `edits ${file}, which the patch does not change` };
  }
}

/** Files that both change, each to something else. */
function* differing(changed: readonly ChangedFile[], { edits, isCertain }: EditedFiles): Generator<Fault> {
  for (const [file, made] of edits) {
    const change = changed.find(({ path, isBinary }) => !isBinary && isAt(file, path));
    if (change === undefined || made.length === 0 || !isCertain(file)) continue;
    const difference = made[0]!.kind === 'create' ? compareCreated(made, change) : compareEdited(made, change);
    if (difference !== undefined) yield { step: made.at(-1)!.step, message: `${change.path}: ${difference}` };
  }
}

const isAt = (file: string, path: string): boolean => file.endsWith(`/${path}`);

/** Where the repository lies, as the files that both know tell. */
function rootOf(files: readonly string[], changed: readonly ChangedFile[]): string {
  for (const file of files) for (const { path } of changed) if (isAt(file, path)) return file.slice(0, -path.length);
  return '/testbed/';
}

/** Every text that was put in was taken out again. */
function cancelOut(edits: readonly Edit[]): boolean {
  const texts = (side: 'removed' | 'added'): string => JSON.stringify(edits.map((edit) => edit[side]).sort());
  return texts('removed') === texts('added');
}
