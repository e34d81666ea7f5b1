// Running one tool call and telling it as a step records it. The loop and the replay both go through here.

import type { ToolCall } from '../../core/schema/message.ts';
import type { AttemptStep } from '../../core/schema/trajectory.ts';
import type { ToolContext } from '../../world/sandbox/tools/tool.ts';
import { agentTools, findTool } from '../../world/sandbox/tools/tools.ts';
import type { ObservationStyle } from './styles.ts';

export type Observed = Pick<
  AttemptStep,
  'observation' | 'raw_output' | 'exit_code' | 'duration_ms' | 'timed_out' | 'truncated'
> & { submitted: boolean };

/** `{ wrong }` when there is no such tool or its arguments do not fit: nothing was run. Throws only when the sandbox broke. */
export async function observe(
  call: ToolCall,
  context: ToolContext,
  style: ObservationStyle,
): Promise<Observed | { wrong: string }> {
  const tool = findTool(call.name);
  if (tool === undefined) {
    const known = agentTools.map(({ schema }) => schema.name).join(', ');
    return { wrong: `unknown tool \`${call.name}\`; there are: ${known}` };
  }
  const started = performance.now();
  const result = await tool.run(call.arguments, context);
  if ('wrong' in result) return result;
  const durationMs = performance.now() - started;
  const { clipped, ...shown } = style.show(result);
  return {
    submitted: result.submitted === true,
    ...shown,
    exit_code: result.exitCode,
    duration_ms: Math.round(durationMs),
    timed_out: result.timedOut,
    truncated: result.truncated || clipped,
  };
}
