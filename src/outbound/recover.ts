import type { Home } from '../config/home.js';
import type { Mailbox } from '../config/mailboxes.js';
import { Fault, IoFault } from '../domain/faults.js';
import type { OutboundBatch } from '../store/outbound-store.js';
import type { Store } from '../store/store.js';
import { outboxOf } from './outbox.js';

export interface Recovering {
  readonly home: Home;
  readonly store: Store;
  /** Does the work on an outbox; what keeps it from being written may be told, and the next one tried. */
  attempt<T>(mailbox: Mailbox, work: () => T): T | null;
  onNotice(text: string): void;
}

/**
 * Publishes what was prepared and is not in the outbox, and receipts of batches sent out that were changed since: for
 * whoever comes next after one that was killed, or that could not write.
 * @returns the ids of the batches that were published now
 */
export async function publishPrepared(recovering: Recovering): Promise<readonly number[]> {
  const { outbound } = recovering.store;
  const batches = outbound.unpublished();
  const receipts = outbound.unpublishedReceipts();
  if (batches.length === 0 && receipts.length === 0) return [];
  // What writes them takes long to load.
  const { publishOutbound } = await import('./publish.js');
  const published = batches.filter((batch) => tryTo(recovering, batch, publishOutbound)).map(({ id }) => id);
  for (const receiptId of receipts) {
    const batch = outbound.ofReceipt(receiptId);
    if (batch !== undefined) tryTo(recovering, batch, publishOutbound);
  }
  return published;
}

/** An owner that has no outbox any more, or a batch that can't be written, keeps nobody else from theirs. */
function tryTo(
  { home, store, attempt, onNotice }: Recovering,
  { id, ownerCode, reference }: OutboundBatch,
  publish: typeof import('./publish.js').publishOutbound,
): boolean {
  try {
    return attempt(outboxOf(home, ownerCode), () => publish({ home, store }, id)) !== null;
  } catch (error) {
    if (!(error instanceof Fault) || error instanceof IoFault) throw error;
    onNotice(`${reference} can't be sent out. ${error.message}`);
    return false;
  }
}
