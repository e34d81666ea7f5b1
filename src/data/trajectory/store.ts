// A file of trajectories that grows by one line per finished attempt. Opening it again tells which attempts are done; those that ended
// for no fault of the model's are made again, and the newer line then stands for both. An attempt whose verdict is still open is judged
// again, not made again.
import { dirname, join } from 'node:path';
import { JsonlWriter } from '../../core/io/jsonl.ts';
import { resumeRows } from '../../core/io/own-rows.ts';
import { DEFAULT_MAX_ROW_BYTES } from '../../core/io/rows.ts';
import { type Emit, silent } from '../../core/run/events.ts';
import { requireSpace } from '../../core/run/files.ts';
import { type Attempt, attemptSchema, type Ending, type Trajectory } from '../../core/schema/trajectory.ts';
import { unjudgedFolder } from './unjudged.ts';

const pendingEndings: readonly (Ending | undefined)[] = ['sandbox_error', 'model_error', 'cancelled'];

/** What makes two attempts the same one. */
export interface AttemptId {
  instanceId: string;
  attempt: number;
  model: string;
  configHash: string;
}

export interface TrajectoryStore extends AsyncDisposable {
  /** The attempt, unless it is still to be made. Its verdict may be open. */
  find(attempt: AttemptId): Attempt | undefined;
  /** Keeps an attempt while it is judged; `append` then takes its place. */
  hold(attempt: Attempt): Promise<void>;
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
  const held = new Map<string, Attempt>();
  const folder = unjudgedFolder(join(dirname(path), 'unjudged'));
  let costUsd = 0;
  const find = (key: string): Attempt | undefined =>
    [known.get(key), held.get(key)].find((attempt) => attempt !== undefined && !isPending(attempt));
  /** A finished attempt that comes again, with its verdict, was paid for once. */
  const pay = (key: string, { totals }: Attempt): void => {
    if (find(key) === undefined) costUsd += totals.cost_usd;
  };
  const remember = (attempt: Attempt): void => {
    const key = keyOf(idOf(attempt));
    pay(key, attempt);
    known.set(key, attempt);
  };
  const { rows, rejected } = await resumeRows(path, attemptSchema, emit);
  for (const attempt of rows) remember(attempt);
  const writer = await JsonlWriter.open(path);
  const append = async (attempt: Attempt): Promise<void> => {
    const key = keyOf(idOf(attempt));
    await writer.append(attempt);
    remember(attempt);
    if (held.delete(key)) await folder.remove(key);
  };
  for (const attempt of await folder.read()) {
    const key = keyOf(idOf(attempt));
    if (find(key) === undefined) await append(attempt); // otherwise killed after its row was written
    await folder.remove(key);
  }
  return {
    find: (attempt) => find(keyOf(attempt)),
    async hold(attempt) {
      const key = keyOf(idOf(attempt));
      await folder.write(key, attempt);
      pay(key, attempt);
      held.set(key, attempt);
    },
    append,
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
