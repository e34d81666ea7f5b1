// Fields of a trajectory that other formats have no place for. They travel in whatever room a format leaves to its users.
import { z } from 'zod';
import { type Trajectory, trajectorySchema } from '../../../core/schema/trajectory.ts';

const { trajectory_id, instance_id, attempt, ending, exit_status, error, patch, resolved } = trajectorySchema.shape;

export const ownFieldsSchema = z
  .object({ trajectory_id, instance_id, attempt, ending, exit_status, error, patch, resolved })
  .partial();
export type OwnFields = z.infer<typeof ownFieldsSchema>;

/** Those of `names` that the trajectory has. */
export const ownFields = (trajectory: Trajectory, names: readonly (keyof OwnFields)[]): OwnFields =>
  Object.fromEntries(names.flatMap((name) => (trajectory[name] === undefined ? [] : [[name, trajectory[name]]])));

/** ATIF requires a name and a version of every agent. */
export const UNKNOWN = 'unknown';
