// R2E-Gym's trajectories: steps in its XML, with times and tokens; of the chat only what its steps say.
import { z } from 'zod';
import type { Message } from '../../../../core/schema/message.ts';
import { endingByLastAct } from '../../../../core/schema/submit.ts';
import type { Ending, Step } from '../../../../core/schema/trajectory.ts';
import { functionAction, malformedAction } from '../chat/text-actions.ts';
import { createTrajectory, type Format, parseAs } from '../format.ts';
import { millisecondsOf } from '../seconds.ts';

const tokens = z.number().int().nonnegative().nullish();
const stepSchema = z.object({
  thought: z.string().nullish(),
  action: z.string(),
  observation: z.string().nullish(),
  token_usage_prompt: tokens,
  token_usage_completion: tokens,
  env_exec_time: z.number().nonnegative().nullish(),
});

const rowSchema = z.object({
  trajectory_steps: z.array(stepSchema),
  problem_statement: z.string().nullish(),
  docker_image: z.string().nullish(),
  agent_args: z.object({ system_prompt: z.string().nullish(), llm_name: z.string().nullish() }).nullish(),
  ds: z.object({ instance_id: z.string().nullish() }).nullish(),
  exit_reason: z.string().nullish(),
  output_patch: z.string().nullish(),
  reward: z.number().nullish().describe('1 when the tests give exactly what they should'),
});

export const r2eGym: Format = {
  name: 'r2e-gym',
  fields: Object.keys(rowSchema.shape),
  isRow: (row) => Array.isArray(row.trajectory_steps),
  read(row, source) {
    const parsed = parseAs(rowSchema, row);
    const { trajectory_steps, problem_statement, docker_image, agent_args, ds, exit_reason, output_patch, reward } =
      parsed;
    const messages: Message[] = [];
    if (agent_args?.system_prompt) messages.push({ role: 'system', content: agent_args.system_prompt });
    if (problem_statement) messages.push({ role: 'user', content: problem_statement });
    const steps = trajectory_steps.map((step) => {
      const read = readStep(step, messages.length);
      // Its agent keeps its own rendering of a reply, not the reply.
      messages.push({ role: 'assistant', content: `${step.thought ?? ''}\n\n${step.action}` });
      if (read.observation !== undefined) messages.push({ role: 'user', content: read.observation });
      return read;
    });
    const ending = exit_reason ? ENDINGS.get(exit_reason) : endingByLastAct(steps);
    return createTrajectory('r2e-gym', source, {
      ...(ds?.instance_id && { instance_id: ds.instance_id }),
      ...(agent_args?.llm_name && { model: { name: agent_args.llm_name } }),
      ...(docker_image && { environment: { image: docker_image } }),
      messages,
      steps,
      ...(ending && { ending }),
      ...(exit_reason && { exit_status: exit_reason }),
      ...(typeof output_patch === 'string' && { patch: output_patch }),
      ...(typeof reward === 'number' && { resolved: reward === 1 }),
    });
  },
};

/** Past `max_steps` its agent is only urged to finish; `abs_step_limit` is the limit. */
const ENDINGS = new Map<string, Ending>([
  ['agent', 'submitted'],
  ['agent_max_step_limit', 'submitted'],
  ['max_step_limit', 'step_limit'],
  ['abs_step_limit', 'step_limit'],
  ['token_limit', 'token_limit'],
  ['traj_time_limit', 'time_limit'],
  ['llm_query_error', 'model_error'],
]);

function readStep(step: z.infer<typeof stepSchema>, message: number): Step {
  const { thought, action, observation, token_usage_prompt, token_usage_completion, env_exec_time } = step;
  const duration_ms = millisecondsOf(env_exec_time);
  const code = EXIT_CODE.exec(observation ?? '')?.[1];
  return {
    message,
    ...(functionAction(action) ?? malformedAction(action)),
    thought: thought ?? '',
    ...(typeof observation === 'string' && { observation }),
    // -1: it was stopped.
    ...(code !== undefined && { exit_code: code === '-1' ? null : Number(code) }),
    ...(duration_ms !== undefined && { duration_ms }),
    usage: {
      ...(typeof token_usage_prompt === 'number' && { input_tokens: token_usage_prompt }),
      ...(typeof token_usage_completion === 'number' && { output_tokens: token_usage_completion }),
    },
  };
}

const EXIT_CODE = /^Exit code: (?:Error: Exit code )?(-?\d+)\n/;
