// Options of every command on instances: which sources, and which of their instances.
import { z } from 'zod';
import { list, whole } from '../../core/options/fields.ts';
import { option } from '../../core/options/option.ts';
import { ConfigError } from '../../core/schema/errors.ts';
import type { Instance } from '../../core/schema/instance.ts';
import { splits } from '../../core/schema/step-instance.ts';
import { loadInstances, suiteNames } from './load.ts';
import { selectInstances } from './select.ts';

export const SOURCES =
  'suites under tasks/ (upstream, katas), task folders, or files of instances (JSON lines, a list or object, Parquet; gzip and zstd too)';

export const selectionFields = {
  id: option(list(z.string()).optional(), 'only instances with these ids', { short: 'i', value: 'id' }),
  filter: option(z.string().optional(), 'only instances whose id matches this regular expression', { value: 'regex' }),
  split: option(z.enum(splits).optional(), 'only instances on this side of the split', { value: 'side' }),
  shuffle: option(whole().optional(), 'shuffle the instances with this random seed', { value: 'seed' }),
  slice: option(z.string().optional(), "Python slice of the instances, as '5:10' or '::2'; after --shuffle", {
    value: 'slice',
  }),
  limit: option(whole({ min: 1 }).optional(), 'only the first so many instances; after --shuffle and --slice'),
};

const selectionSchema = z.object(selectionFields);
export type SelectionOptions = z.output<typeof selectionSchema>;

/** Instances of suites, folders or files, each with the source it came from; of all suites that ship when none is named. Throws when
 * none is left, since a command on nothing has proved nothing. */
export async function loadSelectedBySource(
  sources: readonly string[],
  { id: ids, filter, split, shuffle, slice, limit }: SelectionOptions,
): Promise<Map<Instance, string>> {
  const named = sources.length > 0 ? sources : await suiteNames();
  const loaded = await Promise.all(
    named.map(async (source) => (await loadInstances(source)).map((instance) => [instance, source] as const)),
  );
  const sourceOf = new Map(loaded.flat());
  const selected = selectInstances([...sourceOf.keys()], { ids, filter, split, shuffle, slice, limit });
  if (selected.length === 0)
    throw new ConfigError(
      `No instance of ${named.join(', ') || 'any suite'} is selected (of ${sourceOf.size}). Check --split, --filter, --slice and --limit.`,
    );
  return new Map(selected.map((instance) => [instance, sourceOf.get(instance)!]));
}

export const loadSelected = async (sources: readonly string[], options: SelectionOptions): Promise<Instance[]> => [
  ...(await loadSelectedBySource(sources, options)).keys(),
];
