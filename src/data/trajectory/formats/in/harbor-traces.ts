// Harbor's traces, as its `traces export` writes them: a row is one episode of a trial, `{conversations, agent, model, task, episode,
// trial_name, result}`. Every episode begins with all that was said in those before it: the last holds the whole attempt.
import { z } from 'zod';
import { readChatRow } from '../chat/row.ts';
import { createTrajectory, type Format, parseAs } from '../format.ts';

const rowSchema = z.object({
  conversations: z.array(z.unknown()),
  agent: z.string().nullish(),
  model: z.string().nullish(),
  task: z.string().nullish(),
  episode: z.union([z.string(), z.number()]).nullish(),
  trial_name: z.string().nullish(),
  result: z.union([z.string(), z.number()]).nullish().describe('the reward, or the name of an exception'),
});

export const harborTraces: Format = {
  name: 'harbor-traces',
  isRow: (row) => Array.isArray(row.conversations) && isTurn(row.conversations[0]),
  fields: Object.keys(rowSchema.shape),
  read(row, source) {
    const { conversations, agent, model, task, episode, trial_name, result } = parseAs(rowSchema, row);
    const read = readChatRow('harbor-traces', { messages: conversations, instance_id: task, model }, source);
    const reward = result === null || result === undefined || result === '' ? Number.NaN : Number(result);
    const name = trial_name && [trial_name, episode].filter((part) => part !== null && part !== undefined).join('.');
    const { trajectory_id, totals: _, provenance: __, schema_version: ___, ...fields } = read;
    return createTrajectory('harbor-traces', source, {
      ...fields,
      trajectory_id: name || trajectory_id,
      ...(agent && { agent: { name: agent } }),
      ...(Number.isNaN(reward) ? {} : { resolved: reward === 1 }),
    });
  },
};

const isTurn = (turn: unknown): boolean =>
  typeof turn === 'object' && turn !== null && 'role' in turn && 'content' in turn;
