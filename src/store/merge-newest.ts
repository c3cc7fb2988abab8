/** A row's place in a list that is sorted by a time, and then by its id. */
export interface Keyed {
  readonly at: string;
  readonly id: number;
}

/** Gives the rows below a place, the highest first; so many at most. */
export type KeyedSource = (before: Keyed, most: number) => readonly Keyed[];

/**
 * The ids of the highest rows of several sorted sources together. Each is asked for a few rows first and for more when they
 * have been used up: of the many sources most have nothing to give.
 */
export function mergeNewest(sources: readonly KeyedSource[], start: Keyed, limit: number): number[] {
  const cursors = sources.map((source) => new Cursor(source, start, limit)).filter(({ first }) => first !== undefined);
  const ids: number[] = [];
  while (ids.length < limit) {
    const [next, ...others] = cursors;
    if (next === undefined) break;
    const highest = others.reduce((one, other) => (isHigher(other.first, one.first) ? other : one), next);
    ids.push(highest.take());
    if (highest.first === undefined) cursors.splice(cursors.indexOf(highest), 1);
  }
  return ids;
}

const FIRST_PAGE = 16;

class Cursor {
  readonly #source: KeyedSource;
  readonly #limit: number;
  #page: readonly Keyed[];
  #next = 0;
  #size: number;

  constructor(source: KeyedSource, start: Keyed, limit: number) {
    this.#source = source;
    this.#limit = limit;
    this.#size = Math.min(FIRST_PAGE, limit);
    this.#page = source(start, this.#size);
  }

  /** The highest that has not been taken; undefined when there is none. */
  get first(): Keyed | undefined {
    return this.#page[this.#next];
  }

  take(): number {
    const taken = this.#page[this.#next++];
    if (taken === undefined) throw new RangeError('There is nothing left to take.');
    if (this.#next === this.#page.length && this.#page.length === this.#size) {
      this.#size = Math.min(this.#size * 2, this.#limit);
      this.#page = this.#source(taken, this.#size);
      this.#next = 0;
    }
    return taken.id;
  }
}

function isHigher(one: Keyed | undefined, other: Keyed | undefined): boolean {
  if (one === undefined || other === undefined) return one !== undefined;
  return one.at === other.at ? one.id > other.id : one.at > other.at;
}
