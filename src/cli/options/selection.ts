// Options that every command on instances shares: which sources, and which of their instances.
import { type Command, Option } from 'commander';
import { whole } from '../../core/options/fields.ts';
import type { Instance } from '../../core/schema/instance.ts';
import { loadInstances, suiteNames } from '../../world/task/load.ts';
import { selectInstances } from '../../world/task/select.ts';
import { checked } from './checked.ts';

export interface SelectionOptions {
  id?: string[];
  filter?: string;
  split?: Instance['split'];
  shuffle?: number;
  slice?: string;
}

export const withSelection = (command: Command): Command =>
  command
    .option('-i, --id <id...>', 'only these instances')
    .option('--filter <regex>', 'only instances whose id matches')
    .addOption(new Option('--split <side>', 'only this side').choices(['train', 'heldout']))
    .option('--shuffle <seed>', 'seeded order', wholeNumber)
    .option('--slice <slice>', "as Python's: `10`, `5:10`, `::2`; taken last");

/** Instances of suites, folders or files; of all suites that ship when none is named. */
export async function loadSelected(sources: readonly string[], options: SelectionOptions): Promise<Instance[]> {
  const named = sources.length > 0 ? sources : await suiteNames();
  const loaded = (await Promise.all(named.map((source) => loadInstances(source)))).flat();
  return selectInstances(loaded, { ...options, ids: options.id });
}

export function wholeNumber(text: string): number {
  return checked(whole())(text);
}
