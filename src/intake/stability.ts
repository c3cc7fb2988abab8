import type { Candidate } from './inbox.js';

/**
 * Tells which files have been seen to stand still: same size, same modification time and same file for
 * `stableSeconds` of our own watching. What a modification time says by itself counts for nothing: a sender may
 * keep the original's, and its clock may be ahead.
 */
export class Stability {
  readonly #stableMs: number;
  #seen = new Map<string, Sighting>();

  constructor(stableSeconds: number) {
    this.#stableMs = stableSeconds * 1000;
  }

  /**
   * @param nowMs a clock that only goes forward, such as performance.now()
   * @returns the candidates in the order given, those that stood still apart from those that have yet to
   */
  observe(
    candidates: readonly Candidate[],
    nowMs: number,
  ): { readonly stable: readonly Candidate[]; readonly settling: readonly Candidate[] } {
    const seen = new Map<string, Sighting>();
    const stable: Candidate[] = [];
    const settling: Candidate[] = [];
    for (const candidate of candidates) {
      const before = this.#seen.get(keyOf(candidate));
      const sinceMs = before && isSame(before.candidate, candidate) ? before.sinceMs : nowMs;
      seen.set(keyOf(candidate), { candidate, sinceMs });
      (nowMs - sinceMs >= this.#stableMs ? stable : settling).push(candidate);
    }
    this.#seen = seen;
    return { stable, settling };
  }
}

interface Sighting {
  readonly candidate: Candidate;
  /** When it was first seen as it is now. */
  readonly sinceMs: number;
}

/** Two inboxes may hold files of one name. */
function keyOf({ mailbox, name }: Candidate): string {
  return `${mailbox.owner ?? ''}/${name}`;
}

function isSame(one: Candidate, other: Candidate): boolean {
  return one.size === other.size && one.mtimeMs === other.mtimeMs && one.ino === other.ino && one.dev === other.dev;
}
