import type { ReceiptHead, ReceiptReference, ReceiptStatusCode, ReceiptTypeName } from '../domain/receipt.js';
import type { StoredItem } from '../store/sub-receipt-items.js';
import { addReference } from './references.js';
import { itemReceiptText } from './text.js';

/** Status of a sub-receipt; an item refused along with its shipment has no fault of its own. */
const STATUS = {
  accepted: 'OK',
  failed: 'ValidationFailed',
  refused: 'Rejected',
} as const satisfies Record<StoredItem['state'], ReceiptStatusCode>;

/**
 * The sub-receipt of an item. It is no row in the store: its id is the parent's plus the item's ordinal, and the rest follows
 * from the item (references by the table in formats.md section 6). `source` is what `sourceSentence` says of its file.
 */
export function subReceiptHead(
  item: StoredItem,
  parent: Pick<ReceiptHead, 'receiptId' | 'typeName' | 'lastChanged'>,
  source: string,
): ReceiptHead {
  return {
    receiptId: parent.receiptId + item.ordinal,
    parentReceiptId: parent.receiptId,
    statusCode: STATUS[item.state],
    text: itemReceiptText(item, source),
    typeName: parent.typeName,
    lastChanged: parent.lastChanged,
    history: [],
    references: itemReferences(item, parent.typeName),
  };
}

/** The sub-receipts of a shipment's items, one at a time. */
export function* subReceiptHeads(
  items: Iterable<StoredItem>,
  parent: Pick<ReceiptHead, 'receiptId' | 'typeName' | 'lastChanged'>,
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
