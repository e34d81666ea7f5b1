// A file of trajectories that grows by one line per finished attempt. Opening it again tells which attempts are done; those that ended
// for no fault of the model's are made again, and the newer line then stands for both.
import { dirname } from 'node:path';
import { JsonlWriter } from '../../core/io/jsonl.ts';
import { resumeRows } from '../../core/io/own-rows.ts';
import { DEFAULT_MAX_ROW_BYTES } from '../../core/io/rows.ts';
import { type Emit, silent } from '../../core/run/events.ts';
import { requireSpace } from '../../core/run/files.ts';
import { type Attempt, attemptSchema, type Ending, type Trajectory } from '../../core/schema/trajectory.ts';

const pendingEndings: readonly (Ending | undefined)[] = ['sandbox_error', 'model_error', 'cancelled'];

/** What makes two attempts the same one. */
export interface AttemptId {
  instanceId: string;
  attempt: number;
  model: string;
  configHash: string;
}

export interface TrajectoryStore extends AsyncDisposable {
  isDone(attempt: AttemptId): boolean;
  append(attempt: Attempt): Promise<void>;
  /** One trajectory an attempt, in the order in which they were first finished. */
  all(): Attempt[];
  /** Of every attempt ever made, those that were made again included. */
  costUsd(): number;
  /** Rows of the file that cannot be read; their attempts are made again. */
  readonly rejected: number;
  /** Throws a ConfigError when the disk has no room for one more attempt. */
  requireSpace(): Promise<void>;
}

export async function openStore(path: string, emit: Emit = silent): Promise<TrajectoryStore> {
  const known = new Map<string, Attempt>();
  let costUsd = 0;
  const remember = (attempt: Attempt): void => {
    known.set(keyOf(idOf(attempt)), attempt);
    costUsd += attempt.totals.cost_usd;
  };
  const { rows, rejected } = await resumeRows(path, attemptSchema, emit);
  for (const attempt of rows) remember(attempt);
  const writer = await JsonlWriter.open(path);
  return {
    isDone(attempt) {
      const found = known.get(keyOf(attempt));
      return found !== undefined && !isPending(found);
    },
    async append(attempt) {
      await writer.append(attempt);
      remember(attempt);
    },
    all: () => [...known.values()],
    costUsd: () => costUsd,
    rejected,
    requireSpace: () => requireSpace('one more attempt', dirname(path), DEFAULT_MAX_ROW_BYTES),
    [Symbol.asyncDispose]: () => writer[Symbol.asyncDispose](),
  };
}

export const isPending = ({ ending }: Pick<Trajectory, 'ending'>): boolean => pendingEndings.includes(ending);

export const idOf = ({ instance_id, attempt, model, provenance }: Attempt): AttemptId => ({
  instanceId: instance_id,
  attempt,
  model: model.name,
  configHash: provenance.config_hash ?? '',
});

const keyOf = ({ instanceId, attempt, model, configHash }: AttemptId): string =>
  JSON.stringify([instanceId, attempt, model, configHash]);
