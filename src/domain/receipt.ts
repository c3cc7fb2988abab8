/** The values of the Receipt contract (formats.md section 6). */
export type ReceiptStatusCode = 'OK' | 'UnExpectedError' | 'ValidationFailed' | 'Rejected';

const GRAVITY: readonly ReceiptStatusCode[] = ['OK', 'ValidationFailed', 'Rejected', 'UnExpectedError'];

/** Of several the one that asks most for somebody to see to it. */
export function gravest(statuses: readonly ReceiptStatusCode[]): ReceiptStatusCode {
  return statuses.reduce((one, other) => (GRAVITY.indexOf(other) > GRAVITY.indexOf(one) ? other : one), 'OK');
}

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

/** Those of the given references that are not among the known ones, each once. */
export function newReferences(
  known: readonly ReceiptReference[],
  given: readonly ReceiptReference[],
): readonly ReceiptReference[] {
  const added: ReceiptReference[] = [];
  for (const { type, value } of given) {
    const isIn = (list: readonly ReceiptReference[]) => list.some((one) => one.type === type && one.value === value);
    if (!isIn(known) && !isIn(added)) added.push({ type, value });
  }
  return added;
}
