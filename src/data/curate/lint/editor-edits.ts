// What the editor's steps did to files, by what they asked for and what answered them.
import type { Step } from '../../../core/schema/trajectory.ts';

export interface Edit {
  step: number;
  /** Empty for an insertion and for a new file. */
  removed: string;
  added: string;
  kind: 'create' | 'str_replace' | 'insert';
}

/** `undefined`: the step is no call of the editor that changes a file. */
export function readEditorStep(step: Step, index: number): { path: string; edit?: Edit; isUndo?: true } | undefined {
  const { command, path, ...args } = step.tool_call?.arguments ?? {};
  if (!EDITORS.includes(step.tool_call?.name ?? '') || typeof path !== 'string') return undefined;
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  const made = (kind: Edit['kind'], removed: unknown, added: unknown) => ({
    path,
    edit: { step: index, kind, removed: text(removed), added: text(added) },
  });
  switch (command) {
    case 'create':
      return made('create', '', args.file_text);
    case 'str_replace':
      return made('str_replace', args.old_str, args.new_str);
    case 'insert':
      return made('insert', '', args.new_str);
    case 'undo_edit':
      return { path, isUndo: true };
    default:
      return undefined;
  }
}

/** SWE-agent's, Anthropic's, OpenHands' and R2E-Gym's names of one tool. */
const EDITORS = ['str_replace_editor', 'edit_anthropic', 'str_replace_based_edit_tool', 'file_editor'];

/** Whether an edit took place; undefined when neither its exit code nor its observation tells. */
export function hasSucceeded({ exit_code, observation = '' }: Step): boolean | undefined {
  if (SUCCESS.test(observation)) return true;
  if (FAILURE.test(observation)) return false;
  return typeof exit_code === 'number' ? exit_code === 0 : undefined;
}

const SUCCESS =
  /The file .+ has been edited\.|(?:New )?[Ff]ile created successfully at|Last edit to .+ undone successfully/;
const FAILURE =
  /No replacement was performed|Invalid `|is not an absolute path|does not exist|already exists at|is a directory and only|is required for command|No edit history found/;
