// Options that `lint` and `filter` share: rules by name, and what counts as a near-duplicate.
import { z } from 'zod';
import { list, real } from '../../core/options/fields.ts';
import { option } from '../../core/options/option.ts';
import { DEFAULT_SIMILARITY, LEAST_SIMILARITY } from './dedup/minhash.ts';
import { ruleNames } from './lint/rules.ts';

export const rulesField = (help: string) =>
  option(list(z.enum(ruleNames)).optional(), help, { value: 'rule', hasListedChoices: true });

export const similarityField = option(
  real({ min: LEAST_SIMILARITY, max: 1 }).default(DEFAULT_SIMILARITY),
  'share of equal action shingles from which two trajectories are near-duplicates',
  { value: 'share' },
);
