// Options that `lint` and `filter` share: rules by name, and what counts as a near-duplicate.
import { InvalidArgumentError, Option } from 'commander';
import { real } from '../../core/options/fields.ts';
import { DEFAULT_SIMILARITY, LEAST_SIMILARITY } from '../../data/curate/dedup/minhash.ts';
import { type RuleName, ruleNames } from '../../data/curate/lint/rules.ts';
import { checked } from './checked.ts';

/** The names are listed once, below the options, and not for each. */
export const rulesOption = (flags: string, description: string): Option =>
  new Option(flags, description).argParser((name: string, before: RuleName[] = []): RuleName[] => {
    const known = ruleNames.find((one) => one === name);
    if (known === undefined) throw new InvalidArgumentError(`Known rules: ${ruleNames.join(', ')}.`);
    return [...before, known];
  });

export const similarityOption = (): Option =>
  new Option('--similarity <share>', 'of equal action shingles, from which on two are near-duplicates')
    .argParser((text) => readShare(text, LEAST_SIMILARITY))
    .default(DEFAULT_SIMILARITY);

export function readShare(text: string, least = 0): number {
  return checked(real({ min: least, max: 1 }))(text);
}
