// Training rows made of OpenHands' runs: SWE-Gym's `{messages, tools, …}`, and Nebius' `{trajectory, tools, model_patch, …}`.
import { chatRowFields, readChatRow } from '../chat/row.ts';
import type { Format } from '../format.ts';

export const openhandsRows: Format = {
  name: 'openhands',
  fields: [...chatRowFields, 'trajectory', 'model_patch', 'trajectory_id', 'model_name'],
  isRow: (row) =>
    isChat(row.trajectory) ||
    ('messages' in row && 'tools' in row && JSON.stringify(row.tools ?? '').includes('execute_bash')),
  read: ({ trajectory, model_patch, trajectory_id, model_name, ...row }, source) =>
    readChatRow(
      'openhands',
      { messages: trajectory, patch: model_patch, traj_id: trajectory_id, model: model_name, ...row },
      source,
    ),
};

/** SWE-agent has a `trajectory` too, of steps. */
function isChat(trajectory: unknown): boolean {
  const first: unknown = Array.isArray(trajectory) ? trajectory[0] : undefined;
  return typeof first === 'object' && first !== null && 'role' in first && 'content' in first;
}
