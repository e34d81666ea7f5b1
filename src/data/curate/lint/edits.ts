// The files that a trajectory's editor steps changed, and whether anything else may have changed them.
import type { Step, Trajectory } from '../../../core/schema/trajectory.ts';
import { type Edit, hasSucceeded, readEditorStep } from './editor-edits.ts';
import type { LintContext } from './rule.ts';

export interface EditedFiles {
  /** By absolute path; edits that were undone are not among them. */
  edits: Map<string, Edit[]>;
  /** Whether the file is what its edits made of it: everything that may have written to it is among them. */
  isCertain(path: string): boolean;
  /** Whether any action but a look writes, or runs what may write, a file of this name. */
  isNamed(path: string): boolean;
  /** Whether some action may have written to files that no action names. */
  isOpen: boolean;
}

/** Programs that the shell runs are taken to write only to files that they, or what the agent wrote, name. */
export async function readEdits({ steps }: Trajectory, { writeScopeOf }: LintContext): Promise<EditedFiles> {
  const edits = new Map<string, Edit[]>();
  const doubtful = new Set<string>();
  const texts: string[] = [];
  let isOpen = false;
  for (const [index, step] of steps.entries()) {
    const editor = readEditorStep(step, index);
    if (editor === undefined) {
      const script = scriptOf(step);
      const scope = script === undefined ? writeScopeOfTool(step) : await writeScopeOf(script);
      if (scope === 'any') isOpen = true;
      if (scope === 'named') texts.push(script ?? '');
      continue;
    }
    const { path, edit, isUndo } = editor;
    const succeeded = hasSucceeded(step);
    if (succeeded === undefined) doubtful.add(path);
    if (!succeeded) continue;
    const before = edits.get(path) ?? [];
    edits.set(path, isUndo ? before.slice(0, -1) : [...before, edit!]);
    if (isUndo && before.length === 0) doubtful.add(path);
    if (edit?.kind === 'create') texts.push(edit.added);
  }
  const isNamed = (path: string): boolean => texts.some((text) => text.includes(nameOf(path)));
  return { edits, isNamed, isOpen, isCertain: (path) => !isOpen && !doubtful.has(path) && !isNamed(path) };
}

/** The script of a shell tool, by the names that the formats have for it. */
function scriptOf({ tool_call }: Step): string | undefined {
  if (tool_call === undefined || !SHELLS.includes(tool_call.name)) return undefined;
  const { command, cmd } = tool_call.arguments;
  return String(command ?? cmd ?? '');
}

const SHELLS = ['bash', 'execute_bash', 'execute_command', 'shell', 'terminal'];
const HARMLESS = [
  ...['str_replace_editor', 'submit', 'finish', 'think', 'search', 'file_editor'],
  ...['open', 'goto', 'scroll_up', 'scroll_down', 'find_file', 'search_dir', 'search_file'],
];

/** A malformed reply ran nothing; a tool that nobody here knows may do anything. */
const writeScopeOfTool = ({ tool_call }: Step): 'none' | 'any' =>
  tool_call === undefined || HARMLESS.includes(tool_call.name) ? 'none' : 'any';

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
