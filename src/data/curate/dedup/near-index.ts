// Finds a near-duplicate among all that came before in about constant time. Kept of each: its signature (480 bytes) and one entry a band.
import { BANDS, bandKeys, type Signature, signatureOf, similarityOf } from './minhash.ts';

/** A band that so many share says little: only these are compared, so that a crowd costs no more than linear time. */
const COMPARED_A_BAND = 32;

export interface Near<T> {
  item: T;
  similarity: number;
}

/** Holds no two items that are nearer than `least`: what is found is not taken in. */
export class NearIndex<T> {
  readonly #least: number;
  readonly #items: { item: T; signature: Signature }[] = [];
  readonly #bands = Array.from({ length: BANDS }, () => new Map<number, number[]>());

  constructor(least: number) {
    this.#least = least;
  }

  /** The nearest item that is near enough; where there is none, `item` is taken in. An empty set is near to nothing. */
  findOrAdd(shingles: ReadonlySet<number>, item: T): Near<T> | undefined {
    if (shingles.size === 0) return undefined;
    const signature = signatureOf(shingles);
    const keys = bandKeys(signature);
    const nearest = this.#nearest(signature, keys);
    if (nearest !== undefined) return nearest;
    const index = this.#items.push({ item, signature }) - 1;
    for (const [band, key] of keys.entries()) {
      const bucket = this.#bands[band]!.get(key);
      if (bucket === undefined) this.#bands[band]!.set(key, [index]);
      else if (bucket.length < COMPARED_A_BAND) bucket.push(index);
    }
    return undefined;
  }

  #nearest(signature: Signature, keys: readonly number[]): Near<T> | undefined {
    const candidates = new Set(keys.flatMap((key, band) => this.#bands[band]!.get(key) ?? []));
    let nearest: Near<T> | undefined;
    for (const index of candidates) {
      const candidate = this.#items[index]!;
      const similarity = similarityOf(signature, candidate.signature);
      if (similarity >= this.#least && similarity > (nearest?.similarity ?? 0))
        nearest = { item: candidate.item, similarity };
    }
    return nearest;
  }
}
