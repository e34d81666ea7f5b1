// What a trajectory did, as a set of 32-bit hashes: every run of five tokens of its actions. Thoughts and observations do not count: two
// attempts that do the same are near-duplicates however they are told.
import type { Step, Trajectory } from '../../../core/schema/trajectory.ts';

const TOKENS_A_SHINGLE = 5;
const TOKEN = /\w+|[^\w\s]/g;

export function actionShingles({ steps }: Pick<Trajectory, 'steps'>): Set<number> {
  const shingles = new Set<number>();
  const hashes = steps.flatMap((step) => (actionText(step).match(TOKEN) ?? []).map(hashToken));
  const runs = Math.max(Math.min(hashes.length, 1), hashes.length - TOKENS_A_SHINGLE + 1);
  for (let start = 0; start < runs; start++) {
    let hash = 0;
    for (const token of hashes.slice(start, start + TOKENS_A_SHINGLE)) hash = mix(Math.imul(hash, 31) + token);
    shingles.add(hash);
  }
  return shingles;
}

/** The parsed call, where there is one: the same in whatever format the action was written. */
export function actionText({ action, tool_call }: Step): string {
  if (tool_call === undefined) return action;
  const { name, arguments: args } = tool_call;
  const named = Object.keys(args).sort();
  return [name, ...named.map((key) => `${key} ${valueText(args[key])}`)].join('\n');
}

const valueText = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));

function hashToken(token: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < token.length; index++) hash = Math.imul(hash ^ token.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}

/** MurmurHash3's finaliser: every bit of the input moves every bit of the output. */
export function mix(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
