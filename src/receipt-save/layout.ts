import type { FileLayout, PartLayout, ShipmentHeader } from '../formats/layouts.js';
import { RECEIPT_NAMESPACE } from '../receipts/receipt-element.js';
import { childText, type XmlElement } from '../xml/element.js';

const RECEIPT_SAVE: FileLayout<PartLayout> = {
  namespace: RECEIPT_NAMESPACE,
  root: 'ReceiptSave',
  schema: 'receipt-save',
  shipments: [{ part: 'SubReceipts', group: null, items: ['SubReceipt'], header }],
};

/** Where the sub-receipts stand in a ReceiptSave; undefined for any other root element. */
export function detectReceiptSave(namespace: string, root: string): FileLayout<PartLayout> | undefined {
  return namespace === RECEIPT_SAVE.namespace && root === RECEIPT_SAVE.root ? RECEIPT_SAVE : undefined;
}

function header(root: XmlElement): ShipmentHeader {
  return { systemUserCode: childText(root, 'SystemUserCode'), reference: null, sequenceNo: null };
}
