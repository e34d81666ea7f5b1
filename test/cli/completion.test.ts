import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadAll } from '../../src/cli/command-table.ts';
import { renderBash } from '../../src/cli/completion/bash.ts';
import { type CompletionEntry, entryOf } from '../../src/cli/completion/entries.ts';
import { renderFish } from '../../src/cli/completion/fish.ts';
import { renderZsh } from '../../src/cli/completion/zsh.ts';
import { temporaryFolder } from '../support/temp.ts';

const entries = (await loadAll(async () => 0)).map(entryOf);

/** What bash offers for the last of the words. */
function offered(...words: string[]): string[] {
  const script = join(temporaryFolder(), 'completion.bash');
  writeFileSync(script, renderBash(entries));
  const ask = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($#-1)); _stepwright; printf "%s\\n" "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', ask, 'bash', script, 'stepwright', ...words], { encoding: 'utf8' })
    .split('\n')
    .filter((word) => word !== '');
}

test.each([
  ['commands', ['co'], ['collect', 'convert', 'completion']],
  ['commands of a group', ['tasks', 'va'], ['validate']],
  ['flags of a command in a group', ['tasks', 'validate', '--sp'], ['--split']],
  ['choices of an option', ['collect', '--split', ''], ['train', 'heldout']],
  ['the form of a switch that changes its default', ['collect', '--no'], ['--no-judge']],
  ['nothing where a number is due', ['collect', '-j', ''], []],
  ['nothing, and with it files, where a file is due', ['collect', '--tasks', ''], []],
])('bash completes %s', (_, words, expected) => {
  expect(offered(...words)).toEqual(expected);
});

const leaves = (list: readonly CompletionEntry[]): CompletionEntry[] =>
  list.flatMap((entry) => (entry.commands.length > 0 ? leaves(entry.commands) : [entry]));

test.each([
  ['zsh', renderZsh(entries), (flag: string) => `*${flag}[`],
  ['fish', renderFish(entries), (flag: string) => ` -l ${flag.slice(2)} `],
])('%s is told every flag of every command', (_, script, form) => {
  for (const { options } of leaves(entries)) for (const { flag } of options) expect(script).toContain(form(flag));
});
