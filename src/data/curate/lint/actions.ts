// Whether every action can be read.
import type { Trajectory } from '../../../core/schema/trajectory.ts';
import type { Fault } from './rule.ts';

export function* checkMalformed({ steps }: Trajectory): Generator<Fault> {
  for (const [k, { malformed, tool_call }] of steps.entries())
    if (malformed || tool_call === undefined) yield { step: k, message: 'its reply holds no action that can be read' };
}

/** Calls of tools that the trajectory does not list, and without arguments that their schema requires. */
export function* checkTools({ steps, tools = [] }: Trajectory): Generator<Fault> {
  if (tools.length === 0) return;
  const known = new Map(tools.map(({ name, parameters }) => [name, requiredOf(parameters)]));
  for (const [k, { tool_call, malformed }] of steps.entries()) {
    if (malformed || tool_call === undefined) continue;
    const required = known.get(tool_call.name);
    if (required === undefined)
      yield { step: k, message: `calls \`${tool_call.name}\`, which \`tools\` does not list` };
    const missing = required?.find((name) => !(name in tool_call.arguments));
    if (missing !== undefined) yield { step: k, message: `calls \`${tool_call.name}\` without \`${missing}\`` };
  }
}

const requiredOf = ({ required }: Record<string, unknown>): string[] =>
  Array.isArray(required) ? required.filter((name) => typeof name === 'string') : [];
