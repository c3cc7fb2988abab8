import type { XMLBuilder } from 'xmlbuilder2/lib/interfaces.js';
import type { ReceiptHead } from '../domain/receipt.js';
import { oneLine } from './issue-text.js';
import { builderText } from './xml-text.js';

export const RECEIPT_NAMESPACE = 'http://schemas.altinn.no/services/Intermediary/Receipt/2009/10';

/** Adds a ReceiptExternal, without its sub-receipts, to a document of xmlbuilder2's, and returns the new element. */
export function appendReceipt(parent: XMLBuilder, head: ReceiptHead): XMLBuilder {
  const receipt = parent.ele(RECEIPT_NAMESPACE, 'ReceiptExternal');
  append(receipt, 'LastChanged', head.lastChanged);
  if (head.parentReceiptId !== null) append(receipt, 'ParentReceiptId', String(head.parentReceiptId));
  if (head.history.length > 0) append(receipt, 'ReceiptHistory', historyText(head));
  append(receipt, 'ReceiptId', String(head.receiptId));
  append(receipt, 'ReceiptStatusCode', head.statusCode);
  append(receipt, 'ReceiptText', head.text);
  append(receipt, 'ReceiptTypeName', head.typeName);
  if (head.references.length > 0) {
    const references = receipt.ele(RECEIPT_NAMESPACE, 'References');
    for (const { type, value } of head.references) {
      const reference = references.ele(RECEIPT_NAMESPACE, 'Reference');
      append(reference, 'ReferenceTypeName', type);
      append(reference, 'ReferenceValue', value);
    }
  }
  return receipt;
}

function append(parent: XMLBuilder, name: string, value: string): void {
  parent.ele(RECEIPT_NAMESPACE, name).txt(builderText(value));
}

/** Older texts, newest first, one line each (formats.md section 6). */
export function historyText({ history }: ReceiptHead): string {
  return history.map(oneLine).join('\n');
}
