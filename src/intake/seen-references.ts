import { createHash } from 'node:crypto';

const FIRST_CAPACITY = 1 << 12;

/**
 * Which references have been seen, in eight bytes each: a file of millions of items fits in memory. Two different
 * references are taken for the same about once in 10^13 pairs.
 */
export class SeenReferences {
  #slots = new BigUint64Array(FIRST_CAPACITY);
  #count = 0;

  /** Adds it, and tells whether it was there already. */
  addIsRepeat(reference: string): boolean {
    if (this.#count * 2 >= this.#slots.length) this.#grow();
    const digest = createHash('sha256').update(reference).digest().readBigUInt64LE(0) || 1n;
    const slot = find(this.#slots, digest);
    if (this.#slots[slot] === digest) return true;
    this.#slots[slot] = digest;
    this.#count++;
    return false;
  }

  #grow(): void {
    const grown = new BigUint64Array(this.#slots.length * 2);
    for (const digest of this.#slots) if (digest !== 0n) grown[find(grown, digest)] = digest;
    this.#slots = grown;
  }
}

/** The slot that holds the digest, or the free one where it belongs. */
function find(slots: BigUint64Array, digest: bigint): number {
  const mask = slots.length - 1;
  let slot = Number(digest & BigInt(mask));
  while (slots[slot] !== 0n && slots[slot] !== digest) slot = (slot + 1) & mask;
  return slot;
}
