// The columns that training rows have beside the chat, as SWE-smith names them.
import type { Trajectory } from '../../../../core/schema/trajectory.ts';

export const rowColumns = ({ instance_id, trajectory_id, model, patch, resolved, exit_status }: Trajectory) => ({
  ...(instance_id !== undefined && { instance_id }),
  traj_id: trajectory_id,
  ...(model !== undefined && { model: model.name }),
  ...(patch !== undefined && { patch }),
  ...(resolved !== undefined && { resolved }),
  ...(exit_status !== undefined && { exit_status }),
});
