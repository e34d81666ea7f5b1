// A small whole trajectory, and parts of one to put in.
import type { Attempt, AttemptStep } from '../../src/core/schema/trajectory.ts';

const noUsage = { input_tokens: 0, output_tokens: 0, cache_read_tokens: 0, cache_write_tokens: 0 };

export function bashStep(command: string, observation: string, more: Partial<AttemptStep> = {}): AttemptStep {
  return {
    thought: 'why',
    action: `<function=bash>\n<parameter=command>${command}</parameter>\n</function>`,
    tool_call: { name: 'bash', arguments: { command } },
    observation,
    exit_code: 0,
    duration_ms: 1,
    cwd: '/testbed',
    timed_out: false,
    truncated: false,
    malformed: false,
    cost_usd: 0,
    ...more,
  };
}

/** Messages follow from the steps. */
export function aTrajectory(more: Partial<Attempt> = {}): Attempt {
  const steps = more.steps ?? [bashStep('ls', 'OBSERVATION:\na.py\n')];
  const instance_id = more.instance_id ?? 'toy__1';
  const turns = steps.flatMap(({ thought, action, observation }): Attempt['messages'] => [
    { role: 'assistant', content: `<think>${thought}</think>\n${action}` },
    { role: 'user', content: observation },
  ]);
  return {
    schema_version: 1,
    trajectory_id: `${instance_id}/test/${more.attempt ?? 0}`,
    instance_id,
    attempt: 0,
    model: { name: 'test', settings: {} },
    agent: { name: 'stepwright/default', prompt_hash: 'p' },
    environment: { image: 'toy:1', digest: '', limits: {} },
    tools: [],
    messages: [{ role: 'system', content: 'You repair.' }, { role: 'user', content: 'the issue' }, ...turns],
    steps,
    ending: 'submitted',
    patch: '',
    totals: { steps: steps.length, duration_ms: 1, usage: noUsage, cost_usd: 0 },
    provenance: { git_commit: '', config_hash: 'c', source_format: 'stepwright' },
    ...more,
  };
}
