import { join, relative } from 'node:path';
import type { Home } from '../config/home.js';
import { type Mailbox, mailboxOf } from '../config/mailboxes.js';
import { localDateTime } from '../domain/dates.js';
import { InternalFault } from '../domain/faults.js';
import { outboxOf } from '../outbound/outbox.js';
import type { StoredReceipt } from '../store/receipt-store.js';
import type { Store } from '../store/store.js';
import { ReceiptChanged } from '../store/sub-receipt-items.js';
import { govOrganReceiptChunks } from './legacy.js';
import { legacyReceiptFileName, receiptFileName } from './names.js';
import { type StagedFile, stageFile } from './publish.js';
import { type ReceiptDocument, receiptDocument, receiptXml, textsOfNotAccepted } from './receipt-document.js';

export interface Published {
  /** Paths relative to the home. */
  readonly receipt: string;
  /** The older kind, beside the receipt of an AltUt file; null for the others. */
  readonly legacy: string | null;
}

/**
 * Writes a receipt as it stands in the store into the outbox of the mailbox that its file came in (of what was sent out: of
 * its service owner), and marks it as published. Several processes may do so at
 * once, and change it meanwhile: a file gets its name only under the store's write lock, and only while the receipt still is
 * as it was read. So an older file never takes the place of a newer one, and what is marked is what lies there.
 * @param also done in the transaction that marks it
 * @throws IoFault when the outbox can't be written, ConfigFault when the settings no longer have that mailbox; the receipt
 *   then counts as unpublished still
 */
export function publishReceipt(home: Home, store: Store, receiptId: number, also: () => void = () => {}): Published {
  for (;;) {
    const published = tryToPublish(home, store, receiptId, also);
    if (published !== null) return published;
  }
}

/** Null when the receipt was changed meanwhile. */
function tryToPublish(home: Home, store: Store, receiptId: number, also: () => void): Published | null {
  const receipt = store.receipts.byId(receiptId);
  if (receipt === undefined) throw new InternalFault(`There is no receipt ${receiptId}.`);
  const document = receiptDocument(store, receipt);
  const mailbox = mailboxOfReceipt(home, store, receipt);
  const paths = pathsOf(mailbox, document);
  const staged: StagedFile[] = [];
  try {
    if (paths.legacy !== null) staged.push(stageFile(paths.legacy, legacyXml(home, store, document), mailbox.files));
    staged.push(stageFile(paths.receipt, receiptXml(store, document, home.settings), mailbox.files));
    return store.transaction(() => {
      if (!store.receipts.isCurrent(receipt)) return null;
      for (const file of staged) file.place();
      const named = (path: string) => relative(home.root, path);
      store.receipts.markPublished(receiptId, named(paths.receipt), new Date().toISOString());
      also();
      return { receipt: named(paths.receipt), legacy: paths.legacy === null ? null : named(paths.legacy) };
    });
  } catch (error) {
    if (error instanceof ReceiptChanged) return null;
    throw error;
  } finally {
    for (const file of staged) file.discard();
  }
}

/** Where a receipt is written. @throws ConfigFault when the settings no longer have it */
export function mailboxOfReceipt(home: Home, store: Store, { receiptId, batchId }: StoredReceipt): Mailbox {
  const outbound = batchId === null ? store.outbound.ofReceipt(receiptId) : undefined;
  if (outbound !== undefined) return outboxOf(home, outbound.ownerCode);
  const batch = batchId === null ? undefined : store.batches.byId(batchId);
  return mailboxOf(home, batch?.mailbox ?? null);
}

function pathsOf({ outbox }: Mailbox, { receipt, fileName, format }: ReceiptDocument): Published {
  const legacy = format === 'altut' ? join(outbox, legacyReceiptFileName(fileName, receipt.receiptId)) : null;
  return { receipt: join(outbox, receiptFileName(fileName, receipt.receiptId)), legacy };
}

function legacyXml({ settings }: Home, store: Store, document: ReceiptDocument): Iterable<string> {
  const { receipt, batch } = document;
  const timeReceived = localDateTime(Date.parse(batch?.claimedAt ?? ''), settings.timeZone);
  const { statusCode: status, text } = receipt;
  return govOrganReceiptChunks({ status, timeReceived, text }, textsOfNotAccepted(store, document));
}
