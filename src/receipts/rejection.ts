import { clip, oneLine } from './issue-text.js';

/** Why a shipment is refused that may be right in itself (formats.md section 5), with what its sender has to know. */
export type Rejection =
  | {
      readonly kind: 'duplicateReference';
      readonly reference: string;
      /** The receipt and the file of the shipment that was accepted first. */
      readonly receiptId: number;
      /** Null when it came in another mailbox: its names are not for those who read this one. */
      readonly fileName: string | null;
    }
  | {
      readonly kind: 'sameBytes';
      /** Null when that batch has no receipt on record. */
      readonly receiptId: number | null;
      /** Null as above. */
      readonly fileName: string | null;
    }
  | {
      /** A ReceiptSave that was carried out before. */
      readonly kind: 'sameUpdate';
      /** The receipt that it has updated. */
      readonly receiptId: number;
      /** Null as above. */
      readonly fileName: string | null;
    }
  | {
      readonly kind: 'sequenceGap';
      /** As the file says it. */
      readonly given: string;
      readonly givenValue: number;
      readonly expected: number;
    }
  | { readonly kind: 'sequenceNotANumber'; readonly given: string; readonly expected: number | null }
  | {
      readonly kind: 'tooManyFailed';
      /** The setting `maxFailedItems`: a number, or a percentage such as `5%`. */
      readonly limit: number | string;
    };

/** A rejection in words: what is wrong, and what would be right. Also fit for the message of an Issue. */
export function rejectionMessage(rejection: Rejection): string {
  switch (rejection.kind) {
    case 'duplicateReference':
      return (
        `The shipment reference ${value(rejection.reference)} was used before, by a shipment that was accepted: ` +
        `${earlier(rejection)}. A reference can be used once. If this is another shipment, give it a reference of its own ` +
        'and send it again; if it is the same one, nothing more is needed.'
      );
    case 'sameBytes':
      return (
        `The very same contents were accepted before: ${earlier(rejection)}. An AltUt file without a sequence number is ` +
        'taken in once. If this is another delivery, give it a sequence number and send it again; if it is the same one, ' +
        'nothing more is needed.'
      );
    case 'sameUpdate':
      return (
        `The very same update was carried out before: ${earlier(rejection)}. If this is another one, say so in its text and ` +
        'send it again; if it is the same one, nothing more is needed.'
      );
    case 'sequenceGap':
      return (
        `The sequence number is ${value(rejection.given)}, but ${rejection.expected} was expected: one more than the last ` +
        `accepted one. ${sequenceRemedy(rejection.givenValue, rejection.expected)}`
      );
    case 'sequenceNotANumber':
      return (
        `The sequence number ${value(rejection.given)} is not a whole number. Only digits can stand there` +
        `${rejection.expected === null ? '' : `, and ${rejection.expected} was expected`}.`
      );
    case 'tooManyFailed':
      return (
        `That is more than the limit (${rejection.limit}) allows, so the whole shipment was refused, ` +
        'the items without faults included.'
      );
  }
}

function earlier({
  receiptId,
  fileName,
}: {
  readonly receiptId: number | null;
  readonly fileName: string | null;
}): string {
  const file = fileName === null ? [] : [`file ${oneLine(fileName)}`];
  const receipt = receiptId === null ? [] : [`receipt ${receiptId}`];
  return [...file, ...receipt].join(', ') || 'in another mailbox';
}

function sequenceRemedy(given: number, expected: number): string {
  return given > expected
    ? 'Send what is missing in between first, then this one again.'
    : `That number has been passed. If this is a new delivery, give it number ${expected} and send it again.`;
}

function value(text: string): string {
  return clip(oneLine(text), 100);
}
