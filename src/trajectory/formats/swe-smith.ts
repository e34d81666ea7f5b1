// SWE-smith's training rows: text messages with actions in the XML form, one row a trajectory. The form of the SRL paper's data.
import { z } from 'zod';
import { parseAction, thoughtOf } from '../../agent/action.ts';
import { noUsage } from '../../model/model.ts';
import type { ToolCall } from '../../schema/message.ts';
import { type Step, TRAJECTORY_VERSION, type Trajectory } from '../../schema/trajectory.ts';

export const sweSmithSchema = z.object({
  instance_id: z.string(),
  messages: z.array(z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string() })).min(2),
  traj_id: z.string().optional(),
  model: z.string().optional(),
  patch: z.string().optional(),
  resolved: z.boolean().optional(),
});
export type SweSmithRow = z.infer<typeof sweSmithSchema>;

export function toSweSmith(trajectory: Trajectory): SweSmithRow {
  const { instance_id, trajectory_id, model, patch, resolved, messages, steps } = trajectory;
  let reply = -1;
  return {
    instance_id: instance_id ?? trajectory_id,
    messages: messages.map(({ role, content }) => {
      if (role === 'assistant') return { role, content: replyText(steps[++reply]) ?? content };
      return { role: role === 'tool' ? 'user' : role, content };
    }),
    traj_id: trajectory_id,
    model: model?.name,
    patch,
    ...(resolved !== undefined && { resolved }),
  };
}

function replyText(step: Step | undefined): string | undefined {
  if (step?.tool_call === undefined) return undefined;
  return [step.thought, actionOf(step.tool_call)].filter((part) => part !== '').join('\n\n');
}

/** Its texts stand on lines of their own. */
function actionOf({ name, arguments: args }: ToolCall): string {
  const ownLines = ['old_str', 'new_str', 'file_text'];
  const parameters = Object.entries(args).map(([key, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return `<parameter=${key}>${ownLines.includes(key) ? `\n${text}\n` : text}</parameter>\n`;
  });
  return `<function=${name}>\n${parameters.join('')}</function>`;
}

/** What the rows do not say (exit codes, times, the image) stays empty. */
export function fromSweSmith(row: SweSmithRow): Trajectory {
  const { instance_id, messages, traj_id, model = 'unknown', patch = '', resolved } = row;
  const steps = messages.flatMap(({ role, content }, index) =>
    role === 'assistant' ? [stepOf(content, messages[index + 1]?.content ?? '')] : [],
  );
  const isSubmitted = steps.at(-1)?.tool_call?.name === 'submit';
  return {
    schema_version: TRAJECTORY_VERSION,
    trajectory_id: traj_id ?? `${instance_id}/${model}/0`,
    instance_id,
    attempt: 0,
    model: { name: model, settings: {} },
    agent: { name: 'swe-agent', prompt_hash: '' },
    environment: { image: '', digest: '', limits: {} },
    tools: [],
    messages,
    steps,
    ending: isSubmitted ? 'submitted' : 'step_limit',
    patch,
    ...(resolved !== undefined && { resolved }),
    totals: { steps: steps.length, duration_ms: 0, usage: noUsage, cost_usd: 0 },
    provenance: { git_commit: '', config_hash: '', source_format: 'swe-smith' },
  };
}

function stepOf(reply: string, observation: string): Step {
  const read = parseAction(reply);
  const known = { observation, exit_code: null, duration_ms: 0, cwd: '/testbed', cost_usd: 0 };
  const unknown = { timed_out: false, truncated: false };
  if ('malformed' in read) return { thought: thoughtOf(reply), action: reply, ...known, ...unknown, malformed: true };
  const { thought, action, toolCall } = read;
  return { thought, action, tool_call: toolCall, ...known, ...unknown, malformed: false };
}
