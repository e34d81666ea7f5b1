// A model that plays back what a trajectory's model wrote, reply by reply, whatever it is shown.
import { ModelError } from '../../core/schema/errors.ts';
import type { Trajectory } from '../../core/schema/trajectory.ts';
import { type Model, noUsage } from '../model/model.ts';

export function createRecordedModel(trajectory: Pick<Trajectory, 'trajectory_id' | 'model' | 'messages'>): Model {
  const replies = trajectory.messages.filter(({ role }) => role === 'assistant');
  let next = 0;
  return {
    name: trajectory.model?.name ?? 'recorded',
    settings: { ...trajectory.model?.settings, recorded: trajectory.trajectory_id },
    async query(_messages, { signal } = {}) {
      signal?.throwIfAborted();
      const reply = replies[next++];
      if (reply === undefined)
        throw new ModelError(`${trajectory.trajectory_id}: all ${replies.length} recorded replies are played.`);
      return { text: reply.content, toolCalls: reply.tool_calls ?? [], usage: noUsage, costUsd: 0 };
    },
  };
}
