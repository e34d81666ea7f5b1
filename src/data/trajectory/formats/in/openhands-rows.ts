// Training rows made of OpenHands' runs: SWE-Gym's `{messages, tools, …}`, and Nebius' `{trajectory, tools, model_patch, …}`.
import { readChatRow } from '../chat/row.ts';
import type { Format } from '../format.ts';

export const openhandsRows: Format = {
  name: 'openhands',
  isRow: (row) =>
    isChat(row.trajectory) ||
    ('messages' in row && 'tools' in row && JSON.stringify(row.tools ?? '').includes('execute_bash')),
  read: ({ trajectory, model_patch, trajectory_id, run_id, model_name, ...row }, source) =>
    readChatRow(
      'openhands',
      { messages: trajectory, patch: model_patch, traj_id: trajectory_id, model: model_name, ...row },
      source,
    ),
};

/** SWE-agent has a `trajectory` too, of steps. */
const isChat = (trajectory: unknown): boolean =>
  Array.isArray(trajectory) && typeof (trajectory[0] as { role?: unknown } | undefined)?.role === 'string';
