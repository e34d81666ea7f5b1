// Checkpoints: Hugging Face folders (with LoRA: PEFT's) with what a resumed run needs beside the weights (optimiser moments, position, counters).
// A new one is written beside the one before and takes its place.
import { join } from 'node:path';
import { z } from 'zod';
import { readJsonOr, writeJson } from '../../../core/run/files.ts';
import { replaceFolder, settleFolder } from '../../../core/run/folders.ts';
import { type StudentFiles, trainedParameters, writeStudentInto } from '../../student/checkpoint/files.ts';
import { openSafetensors, writeSafetensors } from '../../student/checkpoint/safetensors.ts';
import { readStudent } from '../../student/student.ts';
import { type AdamwState, adamwState } from '../math/adamw.ts';
import { type Validation, validationSchema } from '../policy/validate.ts';

/** Everything of a run that is not a weight or a moment. */
export interface Progress {
  /** Updates done. */
  update: number;
  /** Draws made from the training steps. */
  position: number;
  /** Tokens trained on. */
  tokens: number;
  /** Running share of groups that dynamic sampling keeps. */
  usableShare: number;
  /** Of all that were validated, the start among them; `exact` is missing in checkpoints of earlier versions. */
  best: { update: number; reward: number; exact?: number | undefined } | null;
  /** Validations since the best one. */
  stale: number;
  /** The last validation, and the update that it is of. */
  validated: { update: number; validation: Validation } | null;
  /** Updates in a row, the last one included, for which no group was informative. */
  uninformative: number;
}

export const newProgress = (): Progress => ({
  update: 0,
  position: 0,
  tokens: 0,
  usableShare: 1,
  best: null,
  stale: 0,
  validated: null,
  uninformative: 0,
});

export interface Checkpoint {
  student: StudentFiles;
  optimizer: AdamwState;
  progress: Progress;
}

export const writeCheckpoint = (runDir: string, checkpoint: Checkpoint): Promise<void> =>
  replaceFolder(join(runDir, 'checkpoint'), (fresh) => writeWhole(fresh, checkpoint));

async function writeWhole(folder: string, { student, optimizer, progress }: Checkpoint): Promise<void> {
  await writeStudentInto(folder, student, 'F32');
  const moments: [string, { shape: number[]; data: Float32Array }][] = [
    ['first', { shape: [optimizer.first.length], data: optimizer.first }],
    ['second', { shape: [optimizer.second.length], data: optimizer.second }],
  ];
  await writeSafetensors(join(folder, 'optimizer.safetensors'), moments);
  // Last: a folder with this file is whole.
  await writeState(folder, { optimizer, progress });
}

/** Into the checkpoint of the same update: what a validation or a batch without informative groups changed. */
export const writeProgress = (runDir: string, state: Pick<Checkpoint, 'optimizer' | 'progress'>): Promise<void> =>
  writeState(join(runDir, 'checkpoint'), state);

const writeState = (folder: string, { optimizer, progress }: Pick<Checkpoint, 'optimizer' | 'progress'>) =>
  writeJson(join(folder, 'trainer_state.json'), { ...progress, optimizer_step: optimizer.step });

const stateSchema = z.object({
  update: z.number(),
  position: z.number(),
  tokens: z.number(),
  usableShare: z.number(),
  best: z.object({ update: z.number(), reward: z.number(), exact: z.number().optional() }).nullable(),
  stale: z.number(),
  // Missing in checkpoints of earlier versions.
  validated: z.object({ update: z.number(), validation: validationSchema }).nullable().default(null),
  uninformative: z.number().default(0),
  optimizer_step: z.number(),
});

/** The newest whole checkpoint of a run, wherever a kill or a power cut left it. The run folder is ours alone. */
export async function readCheckpoint(runDir: string): Promise<Checkpoint | undefined> {
  const newest = join(runDir, 'checkpoint');
  await settleFolder(newest);
  for (const folder of [newest, `${newest}.new`, `${newest}.old`]) {
    const state = await readJsonOr(join(folder, 'trainer_state.json'), stateSchema);
    if (state === undefined) continue;
    const { optimizer_step: step, ...progress } = state;
    const student = await readStudent(folder);
    const optimizer = { ...adamwState(trainedParameters(student).length), step };
    await using moments = await openSafetensors(join(folder, 'optimizer.safetensors'));
    await moments.read('first', optimizer.first);
    await moments.read('second', optimizer.second);
    return { student, optimizer, progress };
  }
  return undefined;
}
