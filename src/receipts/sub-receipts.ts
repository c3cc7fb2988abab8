import type { ReceiptHead, ReceiptReference, ReceiptStatusCode, ReceiptTypeName } from '../domain/receipt.js';
import type { StoredReceipt } from '../store/receipt-store.js';
import type { StoredItem } from '../store/sub-receipt-items.js';
import { addReference } from './references.js';
import { itemReceiptText } from './text.js';

/** Status of a sub-receipt; an item refused along with its shipment has no fault of its own. */
const STATUS = {
  accepted: 'OK',
  failed: 'ValidationFailed',
  refused: 'Rejected',
  ignored: 'OK',
} as const satisfies Record<StoredItem['state'], ReceiptStatusCode>;

/** What a sub-receipt takes from the receipt that it stands in. */
export type SubReceiptParent = Pick<StoredReceipt, 'receiptId' | 'typeName' | 'subReceiptsFrom' | 'subReceiptsDated'>;

/**
 * The sub-receipt of an item. Unless somebody has changed it, it is no row in the store: its id follows from the item's
 * ordinal, and the rest from the item (references by the table in formats.md section 6). `source` is what
 * `sourceSentence` says of its file.
 */
export function subReceiptHead(item: StoredItem, parent: SubReceiptParent, source: string): ReceiptHead {
  const { change } = item;
  const references = itemReferences(item, parent.typeName);
  return {
    receiptId: parent.subReceiptsFrom + item.ordinal - 1,
    parentReceiptId: parent.receiptId,
    statusCode: change?.statusCode ?? STATUS[item.state],
    text: change?.text ?? itemReceiptText(item, source),
    typeName: parent.typeName,
    lastChanged: change?.lastChanged ?? parent.subReceiptsDated,
    history: change?.history ?? [],
    references: change === null ? references : [...references, ...change.references],
  };
}

/** The sub-receipts of a shipment's items, one at a time. */
export function* subReceiptHeads(
  items: Iterable<StoredItem>,
  parent: SubReceiptParent,
  source: string,
): Generator<ReceiptHead> {
  for (const item of items) yield subReceiptHead(item, parent, source);
}

function itemReferences(item: StoredItem, typeName: ReceiptTypeName): readonly ReceiptReference[] {
  const references: ReceiptReference[] = [];
  if (typeName === 'PreFill' || typeName === 'Correspondence')
    addReference(references, 'SendersReference', item.sendersReference);
  if (typeName === 'PreFill') addReference(references, 'ReceiversReference', String(item.itemId));
  if (typeName !== 'NotSet' && typeName !== 'Outbound') addReference(references, 'PartyReference', item.reportee);
  return references;
}
