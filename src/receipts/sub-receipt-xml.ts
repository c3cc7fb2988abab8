import type { ReceiptHead } from '../domain/receipt.js';
import { historyText } from './receipt-element.js';
import { textElement } from './xml-text.js';

/**
 * A sub-receipt as it stands two levels deep in its parent, byte for byte what xmlbuilder2 writes for it; building the
 * trees of 200,000 of them would take most of a minute.
 */
export function subReceiptXml(head: ReceiptHead): string {
  let xml = `    <ReceiptExternal>\n      ${textElement('LastChanged', head.lastChanged)}\n`;
  if (head.parentReceiptId !== null) xml += `      <ParentReceiptId>${head.parentReceiptId}</ParentReceiptId>\n`;
  if (head.history.length > 0) xml += `      ${textElement('ReceiptHistory', historyText(head))}\n`;
  xml +=
    `      <ReceiptId>${head.receiptId}</ReceiptId>\n` +
    `      <ReceiptStatusCode>${head.statusCode}</ReceiptStatusCode>\n` +
    `      ${textElement('ReceiptText', head.text)}\n` +
    `      <ReceiptTypeName>${head.typeName}</ReceiptTypeName>\n`;
  if (head.references.length > 0) {
    xml += '      <References>\n';
    for (const { type, value } of head.references) {
      xml +=
        `        <Reference>\n          <ReferenceTypeName>${type}</ReferenceTypeName>\n` +
        `          ${textElement('ReferenceValue', value)}\n        </Reference>\n`;
    }
    xml += '      </References>\n';
  }
  return `${xml}    </ReceiptExternal>\n`;
}
