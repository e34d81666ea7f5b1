// How the expert makes a change: file by file, run by run, in one of several ways; in one piece by a patch when that went wrong.

import type { Change, FileChange } from '../../../core/patch/edits.ts';
import { pick, type Random } from '../../../core/run/random.ts';
import type { Policy } from '../scripted.ts';
import { applyEdit, bash, createEdit, type EditWay, editorEdit, quote, scriptEdit, sedEdit } from './edits.ts';
import { narrowest } from './narrow.ts';
import { type ExpertTask, nameOf } from './task.ts';

export function* repair(task: ExpertTask, file: FileChange, random: Random): Policy {
  const way = chooseWay(file, random);
  if (way === 'apply') {
    yield {
      thought: `Several places in \`${nameOf(file)}\` have to change together. I write it as one patch.`,
      call: applyEdit(file),
    };
    return;
  }
  if (file.kind === 'create') {
    yield { thought: `A new file is needed: \`${file.path}\`.`, call: createEdit(file, way) };
    return;
  }
  if (file.kind === 'delete') {
    yield { thought: `\`${file.path}\` has to go.`, call: bash(`rm ${quote(file.path)}`) };
    return;
  }
  for (const change of file.changes) {
    const seen = yield { thought: sayChange(change, random), call: editCall(task, file, change, way, random) };
    if (/^No replacement was performed|AssertionError|expected the text once/m.test(seen))
      yield {
        thought: 'That text is there more than once. I go by the line number.',
        call: sedEdit(file.path, change),
      };
  }
}

/** Takes back whatever was done and applies the change as one patch. */
export function* repairByPatch({ files }: ExpertTask): Policy {
  yield {
    thought: 'That is not what I meant to change. I take it back and make the change in one piece.',
    call: bash('git reset -q && git checkout -q -- . && git clean -qfd'),
  };
  for (const file of files)
    yield { thought: `The change to \`${nameOf(file)}\`, as a patch this time.`, call: applyEdit(file) };
}

function chooseWay(file: FileChange, random: Random): EditWay {
  if (!file.plain) return 'apply';
  if (file.kind !== 'modify') return pick(random, ['editor', 'script']);
  const small = file.changes.length === 1 && file.changes[0]!.removed.length <= 1 && file.changes[0]!.added.length <= 1;
  if (small) return pick(random, ['sed', 'sed', 'sed', 'editor', 'editor', 'script']);
  return pick(random, file.changes.length > 2 ? ['editor', 'apply'] : ['editor', 'editor', 'script', 'sed', 'apply']);
}

function editCall(task: ExpertTask, file: FileChange, change: Change, way: EditWay, random: Random) {
  if (way === 'sed') return sedEdit(file.path, change);
  // A script finds its place by text, and an insertion has none of its own.
  if (way === 'script' && change.removed.length > 0) return scriptEdit(file.path, change, task.language);
  return editorEdit(file.path, change, pick(random, [1, 2, 3]));
}

function sayChange({ line, removed, added }: Change, random: Random): string {
  if (removed.length === 1 && added.length === 1) {
    const { old, now } = narrowest(removed[0]!, added[0]!);
    if (now.trim() === '') return `On line ${line}, ${inline(old)} should not be there.`;
    const [was, should] = [inline(old), inline(now)];
    return pick(random, [
      `Line ${line} is wrong: ${was} has to be ${should}.`,
      `Here is the cause: ${was}. It should be ${should}.`,
      `On line ${line} I put ${should} in place of ${was}.`,
    ]);
  }
  if (added.length === 0)
    return `${plural(removed.length)} at line ${line} should not be there; I remove ${removed.length > 1 ? 'them' : 'it'}.`;
  if (removed.length === 0)
    return `Something is missing at line ${line}: ${inline(added[0]!.trim())}${added.length > 1 ? ' and what follows' : ''}. I add it.`;
  return pick(random, [
    `The lines from ${line} on do the wrong thing. I rewrite them.`,
    `From line ${line} the logic has to be different; I replace ${plural(removed.length).toLowerCase()}.`,
  ]);
}

const inline = (text: string): string => `\`${text.trim()}\``;
const plural = (lines: number): string => (lines === 1 ? 'One line' : `${lines} lines`);
