// The ways in which an expert makes one change: sed by line, the editor, a small script, git apply. Each gives exactly the same file.

import type { Change, FileChange } from '../../../core/patch/edits.ts';
import type { ToolCall } from '../../../core/schema/message.ts';
import { quote as inQuotes } from '../../../world/sandbox/shell/command-text.ts';
import { narrowest } from './narrow.ts';

export type EditWay = 'sed' | 'editor' | 'script' | 'apply';

export const bash = (command: string): ToolCall => ({ name: 'bash', arguments: { command } });
export const editor = (args: Record<string, unknown>): ToolCall => ({ name: 'str_replace_editor', arguments: args });
export const submit: ToolCall = { name: 'submit', arguments: {} };

/** As people do: only where it is needed. */
export const quote = (text: string): string => (/^[\w./@%+:=-]+$/.test(text) ? text : inQuotes(text));

/** sed on line numbers: a substitution within one line, or lines deleted, replaced, inserted. */
export function sedEdit(path: string, change: Change): ToolCall {
  const { line, removed, added } = change;
  const script =
    removed.length === 1 && added.length === 1 && removed[0]!.trim() !== ''
      ? `${line}${substitution(removed[0]!, added[0]!)}`
      : lineScript(line, removed.length, added);
  return bash(`sed -i ${inQuotes(script)} ${quote(path)}`);
}

/** `Ns/old/new/` on the narrowest part of the line that says what changes. */
export function substitution(from: string, to: string): string {
  const { old, now } = narrowest(from, to);
  const delimiter = ['/', '|', '#', ',', '@'].find((mark) => !old.includes(mark) && !now.includes(mark)) ?? '/';
  const pattern = old.replace(/[\\.*[\]^$]/g, '\\$&').replaceAll(delimiter, `\\${delimiter}`);
  const replacement = now.replace(/[\\&]/g, '\\$&').replaceAll(delimiter, `\\${delimiter}`);
  return `s${delimiter}${pattern}${delimiter}${replacement}${delimiter}`;
}

function lineScript(line: number, removed: number, added: string[]): string {
  const text = added.map((row) => row.replaceAll('\\', '\\\\')).join('\\\n');
  const range = removed > 1 ? `${line},${line + removed - 1}` : `${line}`;
  if (added.length === 0) return `${range}d`;
  if (removed > 0) return `${range}c\\\n${text}`;
  return line === 1 ? `1i\\\n${text}` : `${line - 1}a\\\n${text}`;
}

/** str_replace of the changed lines with `context` unchanged ones around; an insertion goes by line. */
export function editorEdit(path: string, change: Change, context: number): ToolCall {
  const { line, removed, added } = change;
  if (removed.length === 0)
    return editor({ command: 'insert', path: `/testbed/${path}`, insert_line: line - 1, new_str: added.join('\n') });
  const { before, after } = around(change, context);
  const oldText = [...before, ...removed, ...after].join('\n');
  const newText = [...before, ...added, ...after].join('\n');
  return editor({ command: 'str_replace', path: `/testbed/${path}`, old_str: oldText, new_str: newText });
}

/** A few lines of Python or JavaScript that replace one text by another and stop when it is not there exactly once. */
export function scriptEdit(path: string, change: Change, language: 'python' | 'javascript'): ToolCall {
  const { before, after } = around(change, 1);
  const oldText = JSON.stringify([...before, ...change.removed, ...after].join('\n'));
  const newText = JSON.stringify([...before, ...change.added, ...after].join('\n'));
  const file = JSON.stringify(path);
  return language === 'python'
    ? bash(
        `python3 - <<'EOF'\npath = ${file}\ntext = open(path).read()\nold = ${oldText}\nnew = ${newText}\nassert text.count(old) == 1, text.count(old)\nopen(path, 'w').write(text.replace(old, new))\nEOF`,
      )
    : bash(
        `node - <<'EOF'\nconst fs = require('fs');\nconst path = ${file};\nconst text = fs.readFileSync(path, 'utf8');\nconst old = ${oldText};\nconst now = ${newText};\nif (text.split(old).length !== 2) throw new Error('expected the text once');\nfs.writeFileSync(path, text.replace(old, () => now));\nEOF`,
      );
}

/** The file's part of a patch, from standard input. */
export function applyEdit(file: FileChange): ToolCall {
  const end = heredocEnd(file.text);
  return bash(`git apply - <<'${end}'\n${file.text.replace(/\n?$/, '\n')}${end}`);
}

export function createEdit(file: FileChange, way: EditWay): ToolCall {
  const text = `${file.changes.flatMap(({ added }) => added).join('\n')}\n`;
  if (way === 'editor') return editor({ command: 'create', path: `/testbed/${file.path}`, file_text: text });
  const folder = file.path.includes('/') ? `mkdir -p ${quote(file.path.replace(/\/[^/]*$/, ''))} && ` : '';
  const end = heredocEnd(text);
  return bash(`${folder}cat > ${quote(file.path)} <<'${end}'\n${text}${end}`);
}

const around = ({ before, after }: Change, lines: number) => ({
  before: before.slice(Math.max(0, before.length - lines)),
  after: after.slice(0, lines),
});

const heredocEnd = (text: string): string => (/^EOF$/m.test(text) ? 'END_OF_TEXT' : 'EOF');
