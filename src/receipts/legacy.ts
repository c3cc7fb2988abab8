import type { ReceiptStatusCode } from '../domain/receipt.js';
import { chunked, splitAtLine } from './chunks.js';
import { newXmlDocument } from './xml-builder.js';
import { builderText, textElement } from './xml-text.js';

export interface GovOrganReceipt {
  readonly status: ReceiptStatusCode;
  /** When the file was taken in: xs:dateTime without zone, in the `timeZone` setting's time. */
  readonly timeReceived: string;
  /** The text of the shipment's receipt. */
  readonly text: string;
}

const PLACEHOLDER = 'EntriesStandHere';

/**
 * The older kind of receipt that senders of AltUt files know how to read (formats.md section 6), in chunks of about 64 KiB:
 * a message entry for the shipment, then one for each text of an item that was not accepted. Memory does not grow with them.
 */
export function* govOrganReceiptChunks(receipt: GovOrganReceipt, itemTexts: Iterable<string>): Generator<string> {
  yield* chunked(govOrganPieces(receipt, itemTexts));
}

function* govOrganPieces(receipt: GovOrganReceipt, itemTexts: Iterable<string>): Generator<string> {
  const [before, after] = splitAtLine(frameXml(receipt), `<${PLACEHOLDER}/>`);
  yield before;
  for (const text of itemTexts) yield `      ${textElement('MessageEntry', text)}\n`;
  yield after;
}

function frameXml({ status, timeReceived, text }: GovOrganReceipt): string {
  const document = newXmlDocument();
  const message = document
    .ele('GovOrganReceipt', { schemaVersion: '6.0' })
    .ele('DataUnitInReceipt', { receiptType: 'ALTUT', status, timeReceived: builderText(timeReceived) })
    .ele('Message');
  message.ele('MessageEntry').txt(builderText(text));
  message.ele(PLACEHOLDER);
  return `${document.end({ prettyPrint: true })}\n`;
}
