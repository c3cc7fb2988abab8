/** The values of the Receipt contract that are sent (formats.md section 6); NotSet, which exists, never is. */
export const RECEIPT_STATUS_CODES = ['OK', 'UnExpectedError', 'ValidationFailed', 'Rejected'] as const;

export type ReceiptStatusCode = (typeof RECEIPT_STATUS_CODES)[number];

export type ReceiptTypeName = 'NotSet' | 'Correspondence' | 'Subscription' | 'Outbound' | 'PreFill';

/** Every type that the contract knows, later versions included; ours are fewer. */
export const CONTRACT_TYPE_NAMES: readonly string[] = [
  ...['NotSet', 'FormTask', 'Correspondence', 'PINCODE', 'Subscription', 'Outbound', 'PreFill', 'RegisterDLS'],
  ...['RegisterDSF', 'RegisterER', 'RegisterDSFProperty', 'RegisterDSFStreet', 'RegisterDSFCountry', 'RegisterDSFUser'],
  ...['LookUp', 'Broker', 'BrokerService', 'RegisterDSFStreetAdd', 'RegisterDSFPropertyAdd'],
];

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

/** Without NotSet, which refers to nothing. */
export const REFERENCE_TYPE_NAMES: readonly ReferenceTypeName[] = [
  'ExternalShipmentReference',
  'EndUserSystemReference',
  'ParentReference',
  'SendersReference',
  'WorkFlowReference',
  'BatchReference',
  'OutboundShipmentReference',
  'ReceiversReference',
  'Altinn1Reference',
  'OwnerPartyReference',
  'PartyReference',
  'ArchiveReference',
];

/** The kinds of references that receipts can be searched by (formats.md section 6). */
export const SEARCHABLE_REFERENCES = [
  'ArchiveReference',
  'OutboundShipmentReference',
  'BatchReference',
  'EndUserSystemReference',
  'ExternalShipmentReference',
  'SendersReference',
] as const satisfies readonly ReferenceTypeName[];

export type SearchableReference = (typeof SEARCHABLE_REFERENCES)[number];

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
