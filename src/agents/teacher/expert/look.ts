// How the expert finds and reads the code that a change is in.

import type { FileChange } from '../../../core/patch/edits.ts';
import { pick, type Random } from '../../../core/run/random.ts';
import type { Policy } from '../scripted.ts';
import { bash, editor, quote } from './edits.ts';
import { definitionIn, type ExpertTask, nameOf } from './task.ts';

export function* locate(task: ExpertTask, file: FileChange, random: Random): Policy {
  if (file.kind === 'create') return;
  const name = definitionIn(task, file);
  const isPython = task.language === 'python';
  const include = isPython ? '*.py' : '*.js';
  if (name === undefined) {
    yield {
      thought: `Which files could this be in? \`${nameOf(file)}\` sounds right.`,
      call: bash(`find . -name ${quote(nameOf(file))} -not -path '*/node_modules/*' | xargs wc -l`),
    };
    return;
  }
  const pattern = isPython ? `(def|class) ${name}\\b` : `\\b${name}\\b`;
  const search = pick(random, [
    `grep -rnE ${quote(pattern)} --include=${quote(include)} --exclude-dir=node_modules . | head -n 20`,
    `git grep -nE ${quote(pattern)} -- ${quote(include)} | head -n 20`,
  ]);
  yield {
    thought: pick(random, [
      `The behaviour comes from \`${name}\`. Where is it defined?`,
      `I look for \`${name}\`.`,
      `\`${name}\` must be involved; I search for it.`,
    ]),
    call: bash(search),
  };
}

export function* readCode(file: FileChange, random: Random): Policy {
  if (file.kind === 'create' || file.changes.length === 0) return;
  const first = file.changes[0]!;
  const last = file.changes.at(-1)!;
  const from = Math.max(1, first.line - first.before.length - pick(random, [5, 12, 20]));
  const to = Math.max(from + 10, last.line + last.removed.length + last.after.length);
  const thought = pick(random, [
    `I read the code around line ${first.line} of \`${nameOf(file)}\`.`,
    `Now the code itself, in \`${nameOf(file)}\`.`,
    `This part of \`${file.path}\` is what I have to understand.`,
  ]);
  const sed = bash(`sed -n '${from},${to}p' ${quote(file.path)}`);
  const numbered = bash(`cat -n ${quote(file.path)} | sed -n '${from},${to}p'`);
  // Only lines that the patch shows are known to exist, and the editor refuses a range that ends after the file does.
  const known = first.line + first.removed.length + first.after.length - 1;
  const view = editor({ command: 'view', path: `/testbed/${file.path}`, view_range: [from, Math.max(from, known)] });
  yield { thought, call: pick(random, file.changes.length > 1 ? [sed, numbered] : [sed, numbered, view]) };
}
