import type { Settings } from '../config/settings.js';
import { jsonLine } from '../domain/json-line.js';
import type { ReceiptHead } from '../domain/receipt.js';
import { chunked } from '../receipts/chunks.js';
import { type ReceiptDocument, receiptXml, writtenSubReceipts } from '../receipts/receipt-document.js';
import { receiptChunks } from '../receipts/render.js';
import type { Store } from '../store/store.js';
import type { Output } from './output.js';
import { plain } from './plain.js';
import { Table } from './table.js';

/** A receipt, or one of its sub-receipts, that somebody wants to see. */
export interface Shown {
  readonly document: ReceiptDocument;
  /** Null: the receipt itself, with all that are in it. */
  readonly subReceipt: ReceiptHead | null;
}

/** As it stands in the outbox, or a sub-receipt as a document of its own: whole, person numbers included. */
export function printXml(shown: Shown, store: Store, settings: Settings, output: Output): Promise<void> {
  const { document, subReceipt } = shown;
  return output.document(subReceipt === null ? receiptXml(store, document, settings) : receiptChunks(subReceipt, []));
}

/** As one line. */
export function printJson(shown: Shown, store: Store, settings: Settings, output: Output): Promise<void> {
  return output.document(chunked(jsonPieces(shown, subReceiptsOf(shown, store, settings))));
}

function* jsonPieces(shown: Shown, subReceipts: Iterable<ReceiptHead>): Generator<string> {
  yield `${jsonLine(ownFields(shown)).slice(0, -1)},"subReceipts":[`;
  let separator = '';
  for (const one of subReceipts) {
    yield separator + jsonLine(fields(one));
    separator = ',';
  }
  yield ']}\n';
}

function ownFields({ document, subReceipt }: Shown): object {
  const { receipt, fileName, systemUserCode } = document;
  const about = {
    batchId: receipt.batchId,
    file: fileName,
    systemUserCode,
    receipt: receipt.publishedAs,
  };
  return { ...fields(subReceipt ?? receipt), ...about };
}

function fields(head: ReceiptHead): object {
  const { receiptId, parentReceiptId, typeName, statusCode, text, lastChanged, history, references } = head;
  return { receiptId, parentReceiptId, type: typeName, status: statusCode, text, lastChanged, history, references };
}

/** For people: what it says, then a row for each sub-receipt. */
export async function printForPeople(shown: Shown, store: Store, settings: Settings, output: Output): Promise<void> {
  const lines = chunked(linesOf(shown, subReceiptsOf(shown, store, settings)));
  await output.document(lines);
}

function* linesOf(shown: Shown, subReceipts: Iterable<ReceiptHead>): Generator<string> {
  const { document, subReceipt } = shown;
  const head = subReceipt ?? document.receipt;
  const { receiptId, parentReceiptId, typeName, statusCode, lastChanged } = head;
  const line = (text: string) => `${plain(text)}\n`;
  const what =
    parentReceiptId === null ? `Receipt ${receiptId}` : `Sub-receipt ${receiptId} of receipt ${parentReceiptId}`;
  yield line(`${what}: ${typeName}, ${statusCode}, last changed ${lastChanged}`);
  yield line(`File: ${document.receipt.publishedAs ?? 'not in the outbox yet'}`);
  for (const { type, value } of head.references) yield line(`${type}: ${value}`);
  yield line(head.text);
  for (const text of head.history) yield line(`Before: ${text}`);
  const table = headTable();
  for (const one of subReceipts) yield line(table.row(one));
}

/** A row for each of several receipts. */
export function printRows(all: readonly Shown[], output: Output): void {
  const table = headTable();
  for (const { document, subReceipt } of all) {
    const head = subReceipt ?? document.receipt;
    output.result(head, () => table.row(head));
  }
}

function headTable(): Table<ReceiptHead> {
  return new Table<ReceiptHead>([
    { title: 'RECEIPT', width: 7, right: true, value: (one) => String(one.receiptId) },
    { title: 'PARENT', width: 7, right: true, value: (one) => String(one.parentReceiptId ?? '-') },
    { title: 'TYPE', width: 14, value: (one) => one.typeName },
    { title: 'STATUS', width: 16, value: (one) => one.statusCode },
    { title: 'LAST CHANGED', width: 19, value: (one) => one.lastChanged },
    { title: 'TEXT', width: 0, value: (one) => one.text },
  ]);
}

function subReceiptsOf({ document, subReceipt }: Shown, store: Store, settings: Settings): Iterable<ReceiptHead> {
  return subReceipt === null ? writtenSubReceipts(store, document, settings) : [];
}
