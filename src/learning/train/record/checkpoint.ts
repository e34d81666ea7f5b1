// Checkpoints: Hugging Face folders (with LoRA: PEFT's) with what a resumed run needs beside the weights (optimiser moments, position, counters).
// `last/` always holds a whole one: a new one is written beside it and renamed.
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../../../core/run/files.ts';
import { type StudentFiles, trainedParameters, writeStudent } from '../../student/checkpoint/files.ts';
import { openSafetensors, writeSafetensors } from '../../student/checkpoint/safetensors.ts';
import { readStudent } from '../../student/student.ts';
import { type AdamwState, adamwState } from '../math/adamw.ts';

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
  best: { update: number; reward: number } | null;
  /** Validations since the best one. */
  stale: number;
}

export const newProgress = (): Progress => ({
  update: 0,
  position: 0,
  tokens: 0,
  usableShare: 1,
  best: null,
  stale: 0,
});

export interface Checkpoint {
  student: StudentFiles;
  optimizer: AdamwState;
  progress: Progress;
}

export async function writeCheckpoint(runDir: string, checkpoint: Checkpoint): Promise<void> {
  const fresh = join(runDir, 'checkpoint.new');
  try {
    await writeWhole(fresh, checkpoint);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    throw error;
  }
  await rm(join(runDir, 'checkpoint.old'), { recursive: true, force: true });
  await rename(join(runDir, 'checkpoint'), join(runDir, 'checkpoint.old')).catch(() => undefined);
  await rename(fresh, join(runDir, 'checkpoint'));
  await rm(join(runDir, 'checkpoint.old'), { recursive: true, force: true });
}

async function writeWhole(folder: string, { student, optimizer, progress }: Checkpoint): Promise<void> {
  await writeStudent(folder, student);
  const moments: [string, { shape: number[]; data: Float32Array }][] = [
    ['first', { shape: [optimizer.first.length], data: optimizer.first }],
    ['second', { shape: [optimizer.second.length], data: optimizer.second }],
  ];
  await writeSafetensors(join(folder, 'optimizer.safetensors'), moments);
  // Last: a folder with this file is whole.
  await writeFileAtomic(
    join(folder, 'trainer_state.json'),
    JSON.stringify({ ...progress, optimizer_step: optimizer.step }),
  );
}

/** The newest whole checkpoint of a run, wherever a kill left it. */
export async function readCheckpoint(runDir: string): Promise<Checkpoint | undefined> {
  for (const name of ['checkpoint', 'checkpoint.new', 'checkpoint.old']) {
    const folder = join(runDir, name);
    const state = await readFile(join(folder, 'trainer_state.json'), 'utf8').then(JSON.parse, () => undefined);
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
