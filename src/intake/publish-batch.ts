/** Receipts from the store into the outbox, and what the run says of them. */
import { join, relative } from 'node:path';
import { settingsFor } from '../config/owner-settings.js';
import { localDateTime } from '../domain/dates.js';
import type { Format } from '../domain/format.js';
import type { ServiceOwner } from '../domain/service.js';
import { checkSystemUserCode } from '../domain/system-user-code.js';
import { govOrganReceiptChunks } from '../receipts/legacy.js';
import { legacyReceiptFileName, receiptFileName } from '../receipts/names.js';
import { publishAtomically } from '../receipts/publish.js';
import { receiptChunks } from '../receipts/render.js';
import { subReceiptHeads } from '../receipts/sub-receipts.js';
import { itemReceiptText, sourceSentence } from '../receipts/text.js';
import type { Batch } from '../store/batch-store.js';
import type { StoredReceipt } from '../store/receipt-store.js';
import type { Shipment } from '../store/shipment-store.js';
import { type Engine, nowUtc } from './engine.js';
import type { ShipmentResult } from './results.js';

/**
 * Writes the receipts of a committed batch that are not in the outbox yet. One that a crash kept from being marked is
 * written again, under the same name and to the same bytes.
 * @returns whether any of its shipments was accepted
 * @throws IoFault when the outbox can't be written
 */
export function publishReceipts(engine: Engine, batch: Batch): boolean {
  const shipments = engine.store.shipments.ofBatch(batch.id);
  for (const receipt of engine.store.receipts.ofBatch(batch.id)) {
    if (receipt.publishedAs === null) publishOne(engine, batch, receipt, shipmentOf(receipt, shipments));
  }
  return shipments.some((shipment) => shipment.state === 'accepted');
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

function publishOne(engine: Engine, batch: Batch, receipt: StoredReceipt, shipment: Shipment | undefined): void {
  const { home, store } = engine;
  const { fileMode, subReceipts } = settingsFor(home.settings, ownerOf(engine, shipment));
  const source = sourceSentence({ fileName: batch.fileName, systemUserCode: shipment?.systemUserCode ?? null });
  const items = store.receipts.subReceiptItems(receipt, subReceipts);
  if (formatOf(engine, batch, shipment) === 'altut') {
    const path = join(home.outbox, legacyReceiptFileName(batch.fileName, receipt.receiptId));
    const { statusCode: status, text } = receipt;
    const timeReceived = localDateTime(Date.parse(batch.claimedAt), home.settings.timeZone);
    const failed = store.receipts.subReceiptItems(receipt, 'failed');
    publishAtomically(path, govOrganReceiptChunks({ status, timeReceived, text }, itemTexts(failed, source)), fileMode);
  }
  const path = join(home.outbox, receiptFileName(batch.fileName, receipt.receiptId));
  publishAtomically(path, receiptChunks(receipt, subReceiptHeads(items, receipt, source)), fileMode);
  store.receipts.markPublished(receipt.receiptId, relative(home.root, path), nowUtc());
}

function ownerOf({ catalogue }: Engine, shipment: Shipment | undefined): ServiceOwner | undefined {
  const owner = checkSystemUserCode(shipment?.systemUserCode ?? null, catalogue);
  return 'ownerCode' in owner ? catalogue.owner(owner.ownerCode) : undefined;
}

function* itemTexts(
  items: ReturnType<Engine['store']['receipts']['subReceiptItems']>,
  source: string,
): Generator<string> {
  for (const item of items) yield itemReceiptText(item, source);
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
