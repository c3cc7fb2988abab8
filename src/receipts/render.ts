import type { ReceiptHead } from '../domain/receipt.js';
import { chunked, splitAtLine } from './chunks.js';
import { appendReceipt, RECEIPT_NAMESPACE } from './receipt-element.js';
import { subReceiptXml } from './sub-receipt-xml.js';
import { newXmlDocument } from './xml-builder.js';

const PLACEHOLDER = 'SubReceiptsStandHere';

/**
 * A receipt as XML (formats.md section 6) in chunks of about 64 KiB: declaration, two spaces a level, a line feed at the
 * end; to be encoded as UTF-8. Memory does not grow with the sub-receipts: they are asked for one at a time, and their
 * iterator is closed when the chunks are not read to the end.
 */
export function* receiptChunks(head: ReceiptHead, subReceipts: Iterable<ReceiptHead>): Generator<string> {
  yield* chunked(receiptPieces(head, subReceipts));
}

function* receiptPieces(head: ReceiptHead, subReceipts: Iterable<ReceiptHead>): Generator<string> {
  let rest: string | null = null;
  for (const subReceipt of subReceipts) {
    if (rest === null) {
      const [before, after] = splitAtLine(parentXml(head, true), `<${PLACEHOLDER}/>`);
      yield before;
      rest = after;
    }
    yield subReceiptXml(subReceipt);
  }
  yield rest ?? parentXml(head, false);
}

function parentXml(head: ReceiptHead, hasSubReceipts: boolean): string {
  const document = newXmlDocument();
  const receipt = appendReceipt(document, head);
  if (hasSubReceipts) receipt.ele(RECEIPT_NAMESPACE, 'SubReceipts').ele(RECEIPT_NAMESPACE, PLACEHOLDER);
  return `${document.end({ prettyPrint: true })}\n`;
}
