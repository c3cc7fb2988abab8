/** Batches on their way out: each is prepared, then published, and nobody's trouble keeps another from theirs. */
import type { Home } from '../config/home.js';
import type { Mailbox } from '../config/mailboxes.js';
import { ConfigFault } from '../domain/faults.js';
import type { OutboundBatch } from '../store/outbound-store.js';
import type { Store } from '../store/store.js';
import { outboxOf } from './outbox.js';
import { type OutboundOrder, prepareOutbound } from './prepare.js';
import { type OutboundStep, type PublishedOutbound, publishOutbound } from './publish.js';

/** The steps of sending, each told when it is done, so that a test can end the process there. */
export type SendingStep = 'prepared' | OutboundStep;

export interface Sending {
  readonly home: Home;
  readonly store: Store;
  /** Does the work on an outbox; null when it can't be written now, which has been told. */
  attempt<T>(mailbox: Mailbox, work: () => T): T | null;
  /** What keeps a batch from being prepared or published. */
  onFault(fault: ConfigFault): void;
  onNotice(text: string): void;
  /** Told in the transaction that prepares a batch. */
  onPrepared(batch: OutboundBatch): void;
  onStep?(step: SendingStep): void;
}

export interface SentOutbound extends PublishedOutbound {
  readonly batch: OutboundBatch;
}

/** What is to go out, as it stands in the transaction that settles it. */
export interface Due extends OutboundOrder {
  /** Marks it as that batch's, and returns how many entries that is. */
  take(batchId: number): number;
}

/**
 * Sends a batch, if there is something to say.
 * @param look finds what there is, beside others that write: it may take its time
 * @param settle what of that is still there, once nobody else can write
 * @returns null when there was nothing, or it can't go now: what was prepared goes with whoever comes next
 */
export function sendOutbound<T>(
  sending: Sending,
  look: () => T | null,
  settle: (found: T) => Due | null,
): SentOutbound | null {
  const { home, store, onStep } = sending;
  try {
    const found = store.snapshot(look);
    if (found === null) return null;
    const batch = store.durableTransaction(() => {
      const due = settle(found);
      if (due === null) return null;
      const prepared = prepareOutbound(sending, due, (id) => due.take(id));
      sending.onPrepared(prepared);
      return prepared;
    });
    if (batch === null) return null;
    onStep?.('prepared');
    const publishing = onStep === undefined ? { home, store } : { home, store, onStep };
    const published = sending.attempt(outboxOf(home, batch.ownerCode), () => publishOutbound(publishing, batch.id));
    return published === null ? null : { batch, ...published };
  } catch (error) {
    if (!(error instanceof ConfigFault)) throw error;
    sending.onFault(error);
    return null;
  }
}
