// A ladder of held-out instances: how far each is from what is trained on. The environment says which families (folders of source
// files) and which kinds of bug are never trained on; besides, some functions of every other family are held out.
import { basename, dirname } from 'node:path';
import { createRandom, shuffle } from '../../core/run/random.ts';
import type { Ladder } from '../../core/schema/environment.ts';
import type { Instance } from '../../core/schema/instance.ts';
import { assignSplits, type SplitFunction } from './splits.ts';

export const rungs = ['seen-family', 'unseen-family', 'unseen-kind'] as const;
export type Rung = (typeof rungs)[number];

export interface LadderOptions {
  ladder: Ladder;
  heldoutShare: number;
  seed: number | string;
}

/** Sides and rungs of instances, by the source of each one's function. Left out: held-out kinds in trained functions, and what a rung has too many of. */
export function layLadder(
  made: readonly { instance: Instance; source: string }[],
  { ladder, heldoutShare, seed }: LadderOptions,
): Instance[] {
  const functions = new Map(made.map(({ instance, source }) => [keyOf(instance), functionOf(instance, source)]));
  const unseen = [...functions.values()].filter(({ stratum }) => ladder.heldout_families.includes(stratum));
  const splits = assignSplits([...functions.values()], {
    heldoutShare,
    seed,
    nearCopy: ladder.near_copy,
    decided: new Map(unseen.map(({ key }) => [key, 'heldout'])),
  });
  const placed = made.flatMap(({ instance }) => place(instance, splits.get(keyOf(instance))!, ladder) ?? []);
  const random = createRandom(`ladder ${seed}`);
  return [
    ...placed.filter(({ split }) => split === 'train'),
    ...rungs.flatMap((rung) =>
      shuffle(
        random,
        placed.filter(({ metadata }) => metadata.rung === rung),
      ).slice(0, ladder.per_rung),
    ),
  ];
}

function place(instance: Instance, split: Instance['split'], ladder: Ladder): Instance | undefined {
  const family = familyOf(instance);
  const unseenKind = ladder.heldout_kinds.includes(instance.metadata.mutation ?? '');
  if (split === 'train')
    return unseenKind ? undefined : { ...instance, split, metadata: { ...instance.metadata, family } };
  const seenFamily = ladder.heldout_families.includes(family) ? 'unseen-family' : 'seen-family';
  const rung: Rung = unseenKind ? 'unseen-kind' : seenFamily;
  return { ...instance, split, metadata: { ...instance.metadata, family, rung } };
}

const keyOf = ({ metadata }: Instance): string => metadata.function!;

const familyOf = (instance: Instance): string => basename(dirname(keyOf(instance).split('::')[0]!));

const functionOf = (instance: Instance, source: string): SplitFunction => ({
  key: keyOf(instance),
  source,
  stratum: familyOf(instance),
});
