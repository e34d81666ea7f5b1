// Nebius' rows of SWE-agent's runs (`nebius/SWE-agent-trajectories`): a `trajectory` of turns `{role, text, system_prompt}`, whose replies
// are of the role `ai`, with `target` (resolved), `generated_patch` and SWE-agent's word for the ending.
import { readChatRow } from '../chat/row.ts';
import type { Format } from '../format.ts';
import { endingOfStatus } from './swe-agent.ts';

interface TextTurn {
  role?: unknown;
  text?: unknown;
  system_prompt?: unknown;
}

export const nebius: Format = {
  name: 'nebius',
  isRow: ({ trajectory }) => Array.isArray(trajectory) && isTextTurn(trajectory[0]),
  fields: ['trajectory', 'target', 'generated_patch', 'model_name', 'instance_id', 'exit_status'],
  read({ trajectory, target, generated_patch, model_name, instance_id, exit_status }, source) {
    const messages = (trajectory as TextTurn[]).map(chatMessage);
    const row = { messages, patch: generated_patch, resolved: target, model: model_name, instance_id, exit_status };
    const read = readChatRow('nebius', row, source);
    const ending = typeof exit_status === 'string' ? endingOfStatus(exit_status) : read.ending;
    const { ending: _, ...rest } = read;
    return { ...rest, ...(ending && { ending }) };
  },
};

const isTextTurn = (turn: unknown): boolean =>
  typeof turn === 'object' &&
  turn !== null &&
  'role' in turn &&
  ('text' in turn || 'system_prompt' in turn) &&
  !('content' in turn);

function chatMessage(turn: TextTurn | null): unknown {
  if (typeof turn !== 'object' || turn === null) return turn;
  const { role, text, system_prompt } = turn;
  return { role: role === 'ai' ? 'assistant' : role, content: text ?? system_prompt };
}
