import { setTimeout as sleep } from 'node:timers/promises';
import type { Home } from '../config/home.js';
import type { PurgeKind } from '../store/purge-store.js';
import type { Store } from '../store/store.js';

/** What all parts of a purge have in common. */
export interface Purging {
  readonly home: Home;
  readonly store: Store;
  /** Milliseconds since 1970: what is old is judged by it from the first to the last. */
  readonly now: number;
  readonly dryRun: boolean;
  /** The account on whose behalf it goes on. */
  readonly user: string;
  readonly signal: AbortSignal;
  onNotice(text: string): void;
}

/** A kind of thing that goes, in the order in which it is looked for. */
export interface Sweep<T> {
  readonly kind: PurgeKind;
  readonly days: number;
  /** Looks for what is old enough, step by step, where that can't be done while it is removed. */
  gather?(): Iterable<void>;
  /** What is old enough; asked for the next one now and then, so `remove` has to look again. */
  candidates(): Iterable<T>;
  /** How many would go, in steps to be added up, with their bytes (0 for what is in the store); writes nothing. */
  count(): Iterable<Swept>;
  /** Removes it, within a transaction, and gives its size; null when it is not there any more, or can't be removed. */
  remove(one: T): number | null;
  /** What has to be on the disk before the transaction is. */
  settle?(): void;
}

export interface Swept {
  readonly removed: number;
  readonly bytes: number;
}

/** So long the store is kept from others at a time, and so long it is left to them then. */
const TURN_MS = 40;

/**
 * Removes all there is of a kind, in short transactions with pauses of the same length, so that a running intake gets its
 * turns. With dryRun it only counts. Killed anywhere, what is counted has been removed, and the next one goes on.
 * @throws the signal's reason when it comes, after the transaction under way
 */
export async function sweep<T>(purging: Purging, one: Sweep<T>): Promise<Swept> {
  if (purging.dryRun) return counted(purging, one);
  if (one.gather !== undefined) await inTurns(one.gather(), purging.signal, () => {});
  return removed(purging, one);
}

/** Counts things one by one. @param sizeOf null when it would not be removed */
export function* countEach<T>(candidates: Iterable<T>, sizeOf: (one: T) => number | null): Generator<Swept> {
  for (const candidate of candidates) {
    const bytes = sizeOf(candidate);
    yield { removed: bytes === null ? 0 : 1, bytes: bytes ?? 0 };
  }
}

async function counted<T>({ signal }: Purging, one: Sweep<T>): Promise<Swept> {
  const total = { removed: 0, bytes: 0 };
  await inTurns(one.count(), signal, ({ removed, bytes }) => {
    total.removed += removed;
    total.bytes += bytes;
  });
  return total;
}

/** For what only reads: nobody waits for it but the signal. */
async function inTurns<T>(steps: Iterable<T>, signal: AbortSignal, work: (step: T) => void): Promise<void> {
  let begun = performance.now();
  for (const step of steps) {
    work(step);
    if (performance.now() - begun < TURN_MS) continue;
    await takeTurns(0, signal);
    begun = performance.now();
  }
}

async function removed<T>(purging: Purging, one: Sweep<T>): Promise<Swept> {
  const { store, signal } = purging;
  const startedAt = new Date().toISOString();
  const candidates = one.candidates()[Symbol.iterator]();
  const total = { removed: 0, bytes: 0 };
  for (let isDone = false; !isDone; ) {
    const begun = performance.now();
    store.transaction(() => {
      const now = { removed: 0, bytes: 0 };
      do {
        const next = candidates.next();
        isDone = next.done === true;
        if (next.done) break;
        const size = one.remove(next.value);
        if (size === null) continue;
        now.removed++;
        now.bytes += size;
      } while (performance.now() - begun < TURN_MS);
      one.settle?.();
      if (now.removed === 0) return;
      store.purge.count({ ...now, kind: one.kind, days: one.days, startedAt, user: purging.user });
      total.removed += now.removed;
      total.bytes += now.bytes;
    });
    if (!isDone) await takeTurns(performance.now() - begun, signal);
  }
  return total;
}

/** Lets others write, and signals come through. */
export async function takeTurns(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms);
  signal.throwIfAborted();
}
