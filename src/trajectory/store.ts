// A file of trajectories that grows by one line per finished attempt. Opening it again tells which attempts are done; those that ended
// for no fault of the model's are owed again, and the newer line then stands for both.
import { JsonlWriter, readJsonl } from '../run/jsonl.ts';
import { type Ending, type Trajectory, trajectorySchema } from '../schema/trajectory.ts';

const owedAgain: readonly Ending[] = ['sandbox_error', 'model_error', 'cancelled'];

/** What makes two attempts the same one. */
export interface AttemptId {
  instanceId: string;
  attempt: number;
  model: string;
  configHash: string;
}

export interface TrajectoryStore extends AsyncDisposable {
  isDone(attempt: AttemptId): boolean;
  append(trajectory: Trajectory): Promise<void>;
  /** One trajectory an attempt, in the order in which they were first finished. */
  all(): Trajectory[];
}

export async function openStore(path: string): Promise<TrajectoryStore> {
  const known = new Map<string, Trajectory>();
  for (const trajectory of await readJsonl(path, trajectorySchema)) known.set(keyOf(idOf(trajectory)), trajectory);
  const writer = await JsonlWriter.open(path);
  return {
    isDone(attempt) {
      const found = known.get(keyOf(attempt));
      return found !== undefined && !isOwed(found);
    },
    async append(trajectory) {
      await writer.append(trajectory);
      known.set(keyOf(idOf(trajectory)), trajectory);
    },
    all: () => [...known.values()],
    [Symbol.asyncDispose]: () => writer[Symbol.asyncDispose](),
  };
}

export const isOwed = ({ ending }: Pick<Trajectory, 'ending'>): boolean => owedAgain.includes(ending);

export const idOf = (trajectory: Trajectory): AttemptId => ({
  instanceId: trajectory.instance_id,
  attempt: trajectory.attempt,
  model: trajectory.model.name,
  configHash: trajectory.provenance.config_hash,
});

export const keyOf = ({ instanceId, attempt, model, configHash }: AttemptId): string =>
  JSON.stringify([instanceId, attempt, model, configHash]);
