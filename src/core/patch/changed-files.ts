// What a patch changes, file by file, as lines without their newlines.
import { linesWith, pathOf } from './file-patch.ts';
import { parsePatch } from './parse-patch.ts';

export interface ChangedFile {
  /** In the repository, after the patch; before it, when the patch deletes the file. */
  path: string;
  /** Before the patch, when it renames or copies the file. */
  from?: string;
  isNew: boolean;
  isBinary: boolean;
  removed: string[];
  added: string[];
}

export const changedFiles = (patch: string): ChangedFile[] =>
  parsePatch(patch).map((file) => ({
    path: pathOf(file),
    ...((file.operation === 'rename' || file.operation === 'copy') && { from: file.oldPath ?? '' }),
    isNew: file.operation === 'create',
    isBinary: file.binary !== undefined,
    removed: linesWith('-', file),
    added: linesWith('+', file),
  }));
