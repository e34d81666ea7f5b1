// The table of the text forms in which models write actions: the agent loop, the importers and the reward all read by it.
import { commandFence, commandTag, outerFence } from './command-text.ts';
import type { ActionForm } from './form.ts';
import { functionXml, wrappedFunctionXml } from './function-xml.ts';
import { toolCallJson } from './tool-call-json.ts';

export const actionForms = {
  /** SWE-agent, SWE-smith, OpenHands, R2E-Gym, and the SRL paper. */
  function_xml: functionXml,
  /** Qwen3-Coder. */
  tool_call_xml: wrappedFunctionXml,
  /** Hermes and Qwen. */
  tool_call_json: toolCallJson,
  /** mini-swe-agent 1, and 2 without tool calls. */
  bash_block: commandFence('bash', 'sh', 'mswea_bash_command'),
  /** mini-swe-agent 2 alone, and 1 alone: a fence with another name is text there. */
  mini_fence: commandFence('mswea_bash_command'),
  bash_fence: commandFence('bash'),
  mini_tag: commandTag('mswea_bash_command'),
  /** SWE-agent's `xml_thought_action`. */
  command_xml: commandTag('command'),
  /** SWE-agent's `thought_action`. */
  outer_fence: outerFence,
} satisfies Record<string, ActionForm>;
