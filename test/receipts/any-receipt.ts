import fc from 'fast-check';
import type { ReceiptHead } from '../../src/domain/receipt.js';

const awkward = fc.constantFrom(
  ...['&', '<', '>', '"', "'", '\r', '\n', '\r\n', '\t', ' ', '&amp;', '&foo;', '&#13;', '&#x0;', '&lt', ']]>', '<a>'],
  ...['<SubReceiptsStandHere/>', '<EntriesStandHere/>', '\0', '\u000b', '\u001b', '\u0085', '\u2028', '\ufeff'],
  ...['\ufffe', '\uffff', '\ud800', '\udc00', '\udc00\ud800', '😀', '𐀀', 'æøå'],
);

/** Texts with all that XML treats in a way of its own, and all that it can't hold. */
export const anyText = fc
  .array(fc.oneof(awkward, fc.string(), fc.string({ unit: 'binary' })), { maxLength: 6 })
  .map((parts) => parts.join(''));

const anyHead = fc.record<ReceiptHead>({
  receiptId: fc.integer({ min: 1, max: 2147483647 }),
  parentReceiptId: fc.constant(null),
  statusCode: fc.constantFrom('OK', 'UnExpectedError', 'ValidationFailed', 'Rejected'),
  text: anyText,
  typeName: fc.constantFrom('NotSet', 'Correspondence', 'Subscription', 'Outbound', 'PreFill'),
  lastChanged: fc.constantFrom('2024-05-06T07:08:09', '1999-12-31T23:59:59'),
  history: fc.array(anyText, { maxLength: 2 }),
  references: fc.array(
    fc.record({ type: fc.constantFrom('SendersReference', 'PartyReference', 'BatchReference'), value: anyText }),
    { maxLength: 3 },
  ),
});

export const anyReceipt: fc.Arbitrary<ReceiptHead> = anyHead;

export const anySubReceipt: fc.Arbitrary<ReceiptHead> = anyHead.map((head) => ({ ...head, parentReceiptId: 7 }));

/** What a reader gets back of a text: itself, with U+FFFD for each character that XML has no room for. */
export function inXml(text: string): string {
  return Array.from(text, (character) => (isXmlCharacter(character.codePointAt(0) ?? 0) ? character : '\ufffd')).join(
    '',
  );
}

function isXmlCharacter(code: number): boolean {
  if (code < 0x20) return code === 9 || code === 10 || code === 13;
  return code < 0xd800 || (code > 0xdfff && code !== 0xfffe && code !== 0xffff);
}
