// The tools of the field's agents by name, in lower case: which run bash, and what kind of step the others are.
import type { ToolCall } from '../../core/schema/message.ts';
import type { StepKind } from '../../core/schema/step-instance.ts';
import { submitTools } from '../../core/schema/submit.ts';

/** SWE-agent and mini-swe-agent; OpenHands and R2E-Gym; Codex; Gemini CLI. */
const BASH = ['bash', 'execute_bash', 'shell', 'run_shell_command'];

/** The same call with another script. */
export const withScript = (call: ToolCall, script: string): ToolCall => ({
  name: call.name,
  arguments: { ...call.arguments, [scriptKey(call)]: script },
});

/** The script of a call that runs bash. */
export function scriptOf(call: ToolCall): string | undefined {
  const text = call.arguments[scriptKey(call)];
  return BASH.includes(call.name.toLowerCase()) && typeof text === 'string' ? text : undefined;
}

const scriptKey = ({ arguments: args }: ToolCall): string => ('cmd' in args ? 'cmd' : 'command');

/** `editor`: the call's own command tells. */
export const toolKinds = new Map<string, StepKind | 'editor'>([
  ...ofKind('submit', ...submitTools),
  ...ofKind('editor', 'str_replace_editor', 'str_replace_based_edit_tool', 'file_editor'),
  ...ofKind('view', 'open', 'goto', 'scroll_up', 'scroll_down', 'read', 'ls', 'read_file', 'list_directory'),
  ...ofKind('search', 'search', 'search_dir', 'search_file', 'find_file', 'grep', 'glob', 'search_file_content'),
  ...ofKind('create', 'create', 'write', 'write_file'),
  ...ofKind('edit', 'edit', 'insert', 'multiedit', 'replace', 'apply_patch'),
]);

export const editorCommandKinds = new Map<string, StepKind>([
  ['view', 'view'],
  ['create', 'create'],
  ['str_replace', 'edit'],
  ['insert', 'edit'],
  ['undo_edit', 'edit'],
]);

function ofKind(kind: StepKind | 'editor', ...names: string[]): [string, StepKind | 'editor'][] {
  return names.map((name) => [name, kind]);
}
