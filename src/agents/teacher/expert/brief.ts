// The short way of the katas, in forms that a very small student can learn: run the test, read the file with line numbers, write whole
// lines again, run again, submit.
import { parse } from 'node:path';
import type { Change } from '../../../core/patch/edits.ts';
import { quote as inQuotes } from '../../../world/sandbox/shell/command-text.ts';
import type { Policy } from '../scripted.ts';
import { bash, quote, submit } from './edits.ts';
import type { ExpertTask } from './task.ts';

export function* briefExpert({ files }: ExpertTask): Policy {
  const runTest = bash(`python -m tests ${quote(parse(files[0]!.path).name)}`);
  yield { thought: 'Run the test.', call: runTest };
  for (const { path } of files) yield { thought: 'Read the code.', call: bash(`grep -n '' ${quote(path)}`) };
  for (const { path, changes } of files)
    for (const script of changes.flatMap(lineScripts))
      yield { thought: 'Fix it.', call: bash(`sed -i ${inQuotes(script)} ${quote(path)}`) };
  yield { thought: 'Run it again.', call: runTest };
  yield { thought: 'Done.', call: submit };
}

/** sed scripts of one line each: lines are replaced as far as both sides go, the rest deleted or appended. */
function lineScripts({ line, removed, added }: Change): string[] {
  const both = Math.min(removed.length, added.length);
  const texts = added.map((text) => text.replaceAll('\\', '\\\\'));
  const replaced = texts.slice(0, both).map((text, index) => `${line + index}c\\${text}`);
  const appended = texts.slice(both).map((text, index) => insertion(line + both + index, text));
  const deleted = removed.slice(both).map(() => `${line + both}d`);
  return [...replaced, ...appended, ...deleted];
}

const insertion = (line: number, text: string): string => (line === 1 ? `1i\\${text}` : `${line - 1}a\\${text}`);
