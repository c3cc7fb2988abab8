/** The values of the Receipt contract (formats.md section 6). */
export type ReceiptStatusCode = 'OK' | 'UnExpectedError' | 'ValidationFailed' | 'Rejected';

export const RECEIPT_STATUS_CODES: readonly ReceiptStatusCode[] = [
  'OK',
  'ValidationFailed',
  'Rejected',
  'UnExpectedError',
];

export type ReceiptTypeName = 'NotSet' | 'Correspondence' | 'Subscription' | 'Outbound' | 'PreFill';

export type ReferenceTypeName =
  | 'ExternalShipmentReference'
  | 'EndUserSystemReference'
  | 'ParentReference'
  | 'SendersReference'
  | 'WorkFlowReference'
  | 'BatchReference'
  | 'OutboundShipmentReference'
  | 'ReceiversReference'
  | 'Altinn1Reference'
  | 'OwnerPartyReference'
  | 'PartyReference'
  | 'ArchiveReference';

export interface ReceiptReference {
  readonly type: ReferenceTypeName;
  readonly value: string;
}

/** One receipt or sub-receipt as it is written; a sub-receipt has a parentReceiptId and no sub-receipts. */
export interface ReceiptHead {
  readonly receiptId: number;
  readonly parentReceiptId: number | null;
  readonly statusCode: ReceiptStatusCode;
  readonly text: string;
  readonly typeName: ReceiptTypeName;
  /** yyyy-MM-ddThh:mm:ss, local time of the `timeZone` setting. */
  readonly lastChanged: string;
  /** Older texts, newest first. */
  readonly history: readonly string[];
  readonly references: readonly ReceiptReference[];
}
