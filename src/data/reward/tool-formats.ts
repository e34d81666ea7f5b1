// The forms of actions that a reward can be asked for. In whatever form an action came, the reward compares its canonical text.
import type { ActionForm } from '../../agents/loop/forms/form.ts';
import { actionForms } from '../../agents/loop/forms/forms.ts';

export type ToolFormatName = 'function_xml' | 'tool_call_xml' | 'tool_call_json' | 'bash_block' | 'command_xml';

const { function_xml, tool_call_xml, tool_call_json, bash_block, command_xml } = actionForms;

export const toolFormats: Record<ToolFormatName, ActionForm> = {
  function_xml,
  tool_call_xml,
  tool_call_json,
  bash_block,
  command_xml,
};
