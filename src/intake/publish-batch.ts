/** Receipts from the store into the outbox, and what the run says of them. */
import type { Format } from '../domain/format.js';
import { publishReceipt } from '../receipts/publish-receipt.js';
import type { Batch } from '../store/batch-store.js';
import type { StoredReceipt } from '../store/receipt-store.js';
import type { Shipment } from '../store/shipment-store.js';
import type { Engine } from './engine.js';
import type { ShipmentResult } from './results.js';

/**
 * Writes the receipts of a committed batch that are not in the outbox yet. One that a crash kept from being marked is
 * written again, under the same name and to the same bytes.
 * @returns whether any of its shipments was accepted
 * @throws IoFault when the outbox can't be written
 */
export function publishReceipts({ home, store }: Engine, batch: Batch): boolean {
  const shipments = store.shipments.ofBatch(batch.id);
  for (const { receiptId, publishedAs } of store.receipts.ofBatch(batch.id)) {
    if (publishedAs === null) publishReceipt(home, store, receiptId);
  }
  return shipments.some((shipment) => shipment.state === 'accepted');
}

/**
 * Writes the receipts that were changed since, by a command beside the intake say, and are not in the outbox as they are
 * now. The command does so itself: this is for one that ended too early.
 * @throws IoFault when the outbox can't be written
 */
export function publishChanged({ home, store, log }: Engine): void {
  for (const receiptId of store.receipts.unpublished()) {
    const { receipt } = publishReceipt(home, store, receiptId);
    log.info({ receiptId, receipt }, 'changed receipt published');
  }
}

/** One result a receipt, as `run` prints them. */
export function shipmentResults(engine: Engine, batch: Batch): readonly ShipmentResult[] {
  const shipments = engine.store.shipments.ofBatch(batch.id);
  return engine.store.receipts.ofBatch(batch.id).map((receipt) => {
    const shipment = shipmentOf(receipt, shipments);
    return {
      file: batch.fileName,
      batchId: batch.id,
      format: formatOf(engine, batch, shipment),
      systemUserCode: shipment?.systemUserCode || null,
      reference: shipment?.reference ?? null,
      status: receipt.statusCode,
      items: countsOf(shipment),
      receiptId: receipt.receiptId,
      receipt: receipt.publishedAs,
      text: receipt.text,
    };
  });
}

function shipmentOf(receipt: StoredReceipt, shipments: readonly Shipment[]): Shipment | undefined {
  return shipments.find((shipment) => shipment.id === receipt.shipmentId);
}

function formatOf(engine: Engine, batch: Batch, shipment: Shipment | undefined): Format | null {
  return shipment?.format ?? engine.store.batches.findByWorkKey(batch.workKey)?.format ?? null;
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
