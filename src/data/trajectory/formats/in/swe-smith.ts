// SWE-smith's training rows: `{messages, instance_id}`, newer ones with `resolved, model, traj_id, patch`. Actions stand in the text (XML or
// fences) or are native calls; the latter as a list or as JSON in a string.
import { chatRowFields, readChatRow } from '../chat/row.ts';
import type { Format } from '../format.ts';

export const sweSmith: Format = {
  name: 'swe-smith',
  fields: chatRowFields,
  isRow: (row) => 'messages' in row && !('tools' in row) && ('instance_id' in row || 'traj_id' in row),
  read: (row, source) => readChatRow('swe-smith', row, source),
};
