import type { Place } from './issue.js';
import { isBlank, quoted } from './quoted.js';
import {
  RECEIPT_STATUS_CODES,
  REFERENCE_TYPE_NAMES,
  type ReceiptReference,
  type ReceiptStatusCode,
  type ReferenceTypeName,
} from './receipt.js';

/** What somebody has to say about a receipt: it takes the place of its status and text (formats.md section 6). */
export interface Acknowledgement {
  readonly statusCode: ReceiptStatusCode;
  readonly text: string;
  /** Added to those that it has. */
  readonly references: readonly ReceiptReference[];
}

/** The same about one of its sub-receipts. */
export interface SubAcknowledgement extends Acknowledgement {
  /** Of the sub-receipt. */
  readonly receiptId: number;
  /** Where it stands in a file; null when it stands in none. */
  readonly place: Place | null;
}

/** As it was given: any text may stand anywhere. */
export interface RawAcknowledgement {
  readonly status: string;
  readonly text: string;
  readonly references: readonly { readonly type: string; readonly value: string }[];
}

/** OwnerPartyReference tells who owns the receipt, so nobody may add another one. */
const ADDABLE = REFERENCE_TYPE_NAMES.filter((type) => type !== 'OwnerPartyReference');

/** Checks what was given; `faults` say what is wrong, and what would be right. */
export function checkAcknowledgement(
  raw: RawAcknowledgement,
): Acknowledgement | { readonly faults: readonly string[] } {
  const { status, text } = raw;
  const faults: string[] = [];
  if (!isStatus(status)) {
    faults.push(`The status ${quoted(status)} can't be set: it can be ${RECEIPT_STATUS_CODES.join(', ')}.`);
  }
  if (isBlank(text)) faults.push('The text is empty: it has to say what the receipt is to say from now on.');
  const references: ReceiptReference[] = [];
  for (const { type, value } of raw.references) {
    if (!isAddable(type)) {
      faults.push(`A reference of type ${quoted(type)} can't be added: it can be ${ADDABLE.join(', ')}.`);
    } else if (isBlank(value)) faults.push(`The reference of type ${type} has no value: give it one, or leave it out.`);
    else references.push({ type, value });
  }
  return faults.length > 0 || !isStatus(status) ? { faults } : { statusCode: status, text, references };
}

function isStatus(status: string): status is ReceiptStatusCode {
  return RECEIPT_STATUS_CODES.some((one) => one === status);
}

function isAddable(type: string): type is ReferenceTypeName {
  return ADDABLE.some((one) => one === type);
}
