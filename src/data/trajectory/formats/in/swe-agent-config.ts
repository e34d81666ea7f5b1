// What a `.traj` says of its run: `replay_config`, the settings that it can be run again with, as JSON in a string or (0.7) as an object.
import { z } from 'zod';
import { parseJsonText } from '../../../../core/io/parse-json.ts';

const configSchema = z.object({
  env: z.object({ deployment: z.object({ image: z.string().nullish() }).nullish() }).nullish(),
  agent: z
    .object({
      model: z.object({ name: z.string(), temperature: z.number().nullish(), top_p: z.number().nullish() }).nullish(),
    })
    .nullish(),
  problem_statement: z.object({ id: z.string().nullish() }).nullish(),
});

export interface ReplayConfig {
  instanceId?: string | null | undefined;
  image?: string | null | undefined;
  model?: { name: string; settings: Record<string, unknown> } | undefined;
}

/** Whatever of it can be read; its form changes with every version. */
export function readReplayConfig(config: unknown): ReplayConfig {
  const parsed = configSchema.safeParse(parseIfText(config));
  if (!parsed.success) return {};
  const { env, agent, problem_statement } = parsed.data;
  const { name, ...settings } = agent?.model ?? {};
  return {
    instanceId: problem_statement?.id,
    image: env?.deployment?.image,
    model: name === undefined ? undefined : { name, settings },
  };
}

export function parseIfText(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const parsed = parseJsonText(value);
  return 'value' in parsed ? parsed.value : undefined;
}
