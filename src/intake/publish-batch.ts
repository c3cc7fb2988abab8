/** Receipts from the store into the outbox, and what the run says of them. */
import { eventFileResult, publishAnswer } from '../messages/publish-answer.js';
import { mailboxOfReceipt, publishReceipt } from '../receipts/publish-receipt.js';
import { receiptDocument, subReceiptOf } from '../receipts/receipt-document.js';
import type { Batch } from '../store/batch-store.js';
import type { StoredReceiptSave } from '../store/receipt-save-store.js';
import type { StoredReceipt } from '../store/receipt-store.js';
import type { Shipment } from '../store/shipment-store.js';
import type { Store } from '../store/store.js';
import type { Engine } from './engine.js';
import { inMailbox } from './mailbox-troubles.js';
import type { ShipmentResult } from './results.js';

/**
 * Writes the receipts of a committed batch, or the one that it has updated, unless they are in the outbox already. One that a crash kept from being marked is
 * written again, under the same name and to the same bytes. Each goes to the outbox of the mailbox that its own file came in.
 * @returns whether any of its shipments was accepted, or it is a ReceiptSave, or holds a message event, that was carried out
 * @throws MailboxFault when the outbox can't be written; ConfigFault when the settings no longer have that mailbox
 */
export function publishReceipts(engine: Engine, batch: Batch): boolean {
  const { store } = engine;
  const events = store.messageAnswers.ofBatch(batch.id);
  if (events !== undefined) {
    publishAnswer(engine, batch, events);
    return events.carriedOut > 0 && store.batches.byId(batch.id)?.status !== 'UnExpectedError';
  }
  const shipments = store.shipments.ofBatch(batch.id);
  const updated = updatedBy(store, batch);
  for (const receipt of [...store.receipts.ofBatch(batch.id), ...(updated === undefined ? [] : [updated])]) {
    if (receipt.publishedAs === null) publishOne(engine, receipt);
  }
  return updated !== undefined || shipments.some((shipment) => shipment.state === 'accepted');
}

/** The receipt that a batch which is a ReceiptSave has updated. */
function updatedBy(store: Store, batch: Batch): StoredReceipt | undefined {
  const receiptId = store.receiptSaves.ofBatch(batch.id)?.receiptId ?? null;
  return receiptId === null ? undefined : store.receipts.byId(receiptId);
}

function publishOne({ home, store }: Engine, receipt: StoredReceipt): string {
  const mailbox = mailboxOfReceipt(home, store, receipt);
  return inMailbox(mailbox, () => publishReceipt(home, store, receipt.receiptId).receipt);
}

/**
 * Writes the receipts that were changed since, by a command beside the intake say, and are not in the outbox as they are
 * now. The command does so itself: this is for one that ended too early.
 * @throws IoFault when the only outbox can't be written; ConfigFault when the settings no longer have that mailbox
 */
export function publishChanged(engine: Engine): void {
  const { home, store, troubles, log } = engine;
  for (const receiptId of store.receipts.unpublished()) {
    const receipt = store.receipts.byId(receiptId);
    if (receipt === undefined) continue;
    const file = troubles.attempt(mailboxOfReceipt(home, store, receipt), () => publishOne(engine, receipt));
    if (file !== null) log.info({ receiptId, receipt: file }, 'changed receipt published');
  }
}

/** One result a receipt, as `run` prints them. */
export function shipmentResults(engine: Engine, batch: Batch): readonly ShipmentResult[] {
  const { store } = engine;
  const events = store.messageAnswers.ofBatch(batch.id);
  if (events !== undefined) return [eventFileResult(store, batch, events)];
  const shipments = store.shipments.ofBatch(batch.id);
  const save = store.receiptSaves.ofBatch(batch.id);
  const updated = updatedBy(store, batch);
  const committed = store.batches.byId(batch.id) ?? batch;
  if (save !== undefined && updated !== undefined) return [updateResult(store, committed, save, updated)];
  return store.receipts.ofBatch(batch.id).map((receipt) => {
    const shipment = shipmentOf(receipt, shipments);
    return {
      file: batch.fileName,
      batchId: batch.id,
      format: shipment?.format ?? committed.format,
      systemUserCode: shipment?.systemUserCode || committed.systemUserCode,
      reference: shipment?.reference || null,
      status: receipt.statusCode,
      items: countsOf(shipment),
      receiptId: receipt.receiptId,
      receipt: receipt.publishedAs,
      text: receipt.text,
    };
  });
}

/** The file was taken in, whatever the receipt says now. */
function updateResult(
  store: Store,
  batch: Batch,
  { subReceiptId }: StoredReceiptSave,
  receipt: StoredReceipt,
): ShipmentResult {
  const subReceipt = subReceiptId === null ? null : subReceiptOf(store, receiptDocument(store, receipt), subReceiptId);
  return {
    file: batch.fileName,
    batchId: batch.id,
    format: null,
    systemUserCode: batch.systemUserCode,
    reference: null,
    status: 'OK',
    items: countsOf(undefined),
    receiptId: receipt.receiptId,
    receipt: receipt.publishedAs,
    text: (subReceipt ?? receipt).text,
  };
}

function shipmentOf(receipt: StoredReceipt, shipments: readonly Shipment[]): Shipment | undefined {
  return shipments.find((shipment) => shipment.id === receipt.shipmentId);
}

/** An ignored item asks no more of its sender than an accepted one. */
function countsOf(shipment: Shipment | undefined): ShipmentResult['items'] {
  if (shipment === undefined) return { total: 0, accepted: 0, failed: 0 };
  return {
    total: shipment.stagedItems,
    accepted: shipment.acceptedItems + shipment.ignoredItems,
    failed: shipment.failedItems,
  };
}
