// Which of the loaded instances a command works on.
import { createRandom, shuffle } from '../../core/run/random.ts';
import { ConfigError } from '../../core/schema/errors.ts';
import type { Instance } from '../../core/schema/instance.ts';

export interface Selection {
  /** All of them must be there. */
  ids?: readonly string[] | undefined;
  /** Regular expression that the id must match somewhere. */
  filter?: string | undefined;
  split?: Instance['split'] | undefined;
  /** Seed of a shuffle, after a sort by id. */
  shuffle?: number | undefined;
  /** As Python's: `10`, `5:10`, `-3:`, `::2`; taken last. */
  slice?: string | undefined;
  /** So many, from what the slice leaves. */
  limit?: number | undefined;
}

export function selectInstances(instances: readonly Instance[], selection: Selection): Instance[] {
  const { ids, filter, split, slice, limit } = selection;
  const known = new Set(instances.map(({ instance_id }) => instance_id));
  const unknown = ids?.find((id) => !known.has(id));
  if (unknown !== undefined)
    throw new ConfigError(
      `No instance "${unknown}" among these ${instances.length}. \`stepwright tasks list\` shows them.`,
    );
  const pattern = filter === undefined ? undefined : compile(filter);
  const chosen = instances
    .filter(({ instance_id }) => ids === undefined || ids.length === 0 || ids.includes(instance_id))
    .filter(({ instance_id }) => pattern?.test(instance_id) ?? true)
    .filter((instance) => split === undefined || instance.split === split)
    .sort((a, b) => (a.instance_id < b.instance_id ? -1 : 1));
  const ordered = selection.shuffle === undefined ? chosen : shuffle(createRandom(selection.shuffle), chosen);
  return (slice === undefined ? ordered : takeSlice(ordered, slice)).slice(0, limit);
}

function compile(filter: string): RegExp {
  try {
    return new RegExp(filter);
  } catch (error) {
    throw new ConfigError(`--filter ${filter}: ${(error as Error).message}.`);
  }
}

function takeSlice<T>(items: readonly T[], slice: string): T[] {
  const parts = slice.split(':');
  const numbers = parts.map((part) => (part === '' ? undefined : Number(part)));
  if (parts.length > 3 || numbers.some((n) => n !== undefined && !Number.isInteger(n)) || (numbers[2] ?? 1) < 1)
    throw new ConfigError(`--slice ${slice}: expected N, start:stop or start:stop:step (step ≥ 1).`);
  const [start, stop, step = 1] = parts.length === 1 ? [0, numbers[0]] : numbers;
  return items.slice(start, stop).filter((_, index) => index % step === 0);
}
