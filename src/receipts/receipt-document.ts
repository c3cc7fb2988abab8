import type { Settings } from '../config/settings.js';
import type { Format } from '../domain/format.js';
import type { ReceiptHead } from '../domain/receipt.js';
import { outboundFileName } from '../outbound/names.js';
import type { Batch } from '../store/batch-store.js';
import type { OutboundBatch } from '../store/outbound-store.js';
import type { StoredReceipt } from '../store/receipt-store.js';
import type { Shipment } from '../store/shipment-store.js';
import type { Store } from '../store/store.js';
import { receiptChunks } from './render.js';
import { subReceiptHead, subReceiptHeads } from './sub-receipts.js';
import { sourceSentence } from './text.js';

/** A receipt with what it is about: all that it takes to write it. */
export interface ReceiptDocument {
  readonly receipt: StoredReceipt;
  /** Null for what was sent out. */
  readonly batch: Batch | null;
  /** What was sent out; null for what came in. */
  readonly outbound: OutboundBatch | null;
  /** Null for a file that holds none. */
  readonly shipment: Shipment | null;
  /** Null for a file that can't be told. */
  readonly format: Format | null;
  /** The name of the file that it is about. */
  readonly fileName: string;
  /** Null when it could not be read. */
  readonly systemUserCode: string | null;
  /** What the texts of its sub-receipts say of the file. */
  readonly source: string;
}

export function receiptDocument(store: Store, receipt: StoredReceipt): ReceiptDocument {
  const batch = receipt.batchId === null ? null : (store.batches.byId(receipt.batchId) ?? null);
  const shipment = receipt.shipmentId === null ? null : (store.shipments.byId(receipt.shipmentId) ?? null);
  const outbound = receipt.batchId === null ? (store.outbound.ofReceipt(receipt.receiptId) ?? null) : null;
  const fileName = batch?.fileName ?? outboundFileName(outbound?.reference ?? 'outbound');
  const systemUserCode = shipment?.systemUserCode ?? outbound?.systemUserCode ?? null;
  const source = sourceSentence({ fileName, systemUserCode });
  const format = shipment?.format ?? batch?.format ?? null;
  return { receipt, batch, outbound, shipment, format, fileName, systemUserCode, source };
}

/**
 * The receipt as XML, in chunks, in memory that does not grow with it: the bytes that its file in the outbox has.
 * @throws ReceiptChanged from within the chunks
 */
export function receiptXml(store: Store, document: ReceiptDocument, settings: Settings): Iterable<string> {
  return receiptChunks(document.receipt, writtenSubReceipts(store, document, settings));
}

/** Those of its sub-receipts that are written, in the order of the file. */
export function writtenSubReceipts(store: Store, document: ReceiptDocument, settings: Settings): Iterable<ReceiptHead> {
  const { receipt, source } = document;
  return subReceiptHeads(store.receipts.subReceiptItems(receipt, settings.subReceipts), receipt, source);
}

/** The texts for the legacy receipt: of the items that were not accepted, as their sub-receipts have them now. */
export function* textsOfNotAccepted(store: Store, { receipt, source }: ReceiptDocument): Generator<string> {
  const items = store.receipts.subReceiptItems(receipt, 'failed');
  for (const { statusCode, text } of subReceiptHeads(items, receipt, source)) if (statusCode !== 'OK') yield text;
}

/** One of its sub-receipts; undefined when it has no such one. */
export function subReceiptOf(
  store: Store,
  { receipt, source }: ReceiptDocument,
  subReceiptId: number,
): ReceiptHead | undefined {
  const item = store.receipts.subReceiptItem(receipt, subReceiptId);
  return item === undefined ? undefined : subReceiptHead(item, receipt, source);
}
