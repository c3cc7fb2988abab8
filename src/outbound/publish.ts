/** Prepared batches from the store into the outbox: the file, then its receipt. */
import { join, relative } from 'node:path';
import type { Home } from '../config/home.js';
import { InternalFault } from '../domain/faults.js';
import { stageFile } from '../receipts/publish.js';
import { publishReceipt } from '../receipts/publish-receipt.js';
import type { OutboundBatch } from '../store/outbound-store.js';
import type { Store } from '../store/store.js';
import { outboundFileName } from './names.js';
import { outboxOf } from './outbox.js';
import { renderOutbound } from './renderers.js';

/** The steps of publishing, each told when it is done, so that a test can end the process there. */
export type OutboundStep = 'file' | 'receipt';

export interface Publishing {
  readonly home: Home;
  readonly store: Store;
  /** Done in the transaction in which a batch's file is placed. */
  also?(): void;
  onStep?(step: OutboundStep): void;
}

/** Paths relative to the home. */
export interface PublishedOutbound {
  readonly file: string;
  readonly receipt: string;
}

/**
 * Writes a prepared batch and its receipt into the outbox of its service owner, unless they are there. Killed anywhere, or
 * done by two processes at once, it ends with one file of each, which have the same bytes whoever wrote them.
 * @param again whether a batch that is there already is to be written once more
 * @throws IoFault when the outbox can't be written, ConfigFault when there is none; the batch then stays prepared
 */
export function publishOutbound(publishing: Publishing, batchId: number, again = false): PublishedOutbound {
  const { home, store } = publishing;
  const batch = required(store, batchId);
  const file = batch.publishedAs === null || again ? writeFile(publishing, batch, again) : batch.publishedAs;
  const published = store.receipts.byId(batch.receiptId)?.publishedAs ?? null;
  if (published !== null && !again) return { file, receipt: published };
  const { receipt } = publishReceipt(home, store, batch.receiptId);
  publishing.onStep?.('receipt');
  return { file, receipt };
}

/** It gets its name under the store's write lock, and only while nobody else has written it: who has fetched it gets no second one. */
function writeFile({ home, store, also, onStep }: Publishing, batch: OutboundBatch, again: boolean): string {
  const { outbox, files } = outboxOf(home, batch.ownerCode);
  const path = join(outbox, outboundFileName(batch.reference));
  const staged = stageFile(path, renderOutbound(store, batch), files);
  try {
    return store.transaction(() => {
      const { publishedAs } = required(store, batch.id);
      if (publishedAs !== null && !again) return publishedAs;
      staged.place();
      onStep?.('file');
      const named = relative(home.root, path);
      store.outbound.markPublished(batch.id, named, new Date().toISOString());
      also?.();
      return named;
    });
  } finally {
    staged.discard();
  }
}

function required(store: Store, batchId: number): OutboundBatch {
  const batch = store.outbound.byId(batchId);
  if (batch === undefined) throw new InternalFault(`There is no outbound batch ${batchId}.`);
  return batch;
}
