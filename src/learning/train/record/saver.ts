// When and what a run saves: the state after its last whole update, whatever has happened since.
import { withSpace } from '../../../core/run/files.ts';
import type { Sampler } from '../data/sampler.ts';
import { type Checkpoint, type Progress, writeCheckpoint, writeProgress } from './checkpoint.ts';

export interface Saver {
  /** The weights are about to change: until the next `commit` they belong to no whole update. */
  leave(): void;
  /** An update, or a validation after it, is whole. */
  commit(): void;
  /** Writes what was committed last, unless it is written. */
  save(): Promise<void>;
  /** `save` after a failure: as far as the weights allow it, and silent where it fails too. */
  rescue(): Promise<void>;
}

export function createSaver(
  runDir: string,
  { progress, sampler, ...state }: Checkpoint & { sampler: Sampler<unknown> },
  isResumed: boolean,
): Saver {
  let committed: Progress = { ...progress };
  let saved = isResumed ? committed : undefined;
  let isWhole = true;
  const save = async (): Promise<void> => {
    if (committed === saved) return;
    const { update } = committed;
    // The weights of an update are written once; what a validation of it found comes after.
    const write = update === saved?.update ? writeProgress : writeCheckpoint;
    await withSpace(`the checkpoint of update ${update}`, runDir, () =>
      write(runDir, { ...state, progress: committed }),
    );
    saved = committed;
  };
  return {
    leave: () => {
      isWhole = false;
    },
    commit: () => {
      progress.position = sampler.position;
      committed = { ...progress };
      isWhole = true;
    },
    save,
    rescue: async () => {
      if (isWhole && committed.update > 0) await save().catch(() => undefined);
    },
  };
}
