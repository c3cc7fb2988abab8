import type { Format } from '../domain/format.js';
import type { ReceiptReference, ReceiptTypeName, ReferenceTypeName } from '../domain/receipt.js';

const TYPE_NAMES = {
  prefill: 'PreFill',
  subscription: 'Subscription',
  correspondence: 'Correspondence',
  altut: 'Correspondence',
} as const satisfies Record<Format, ReceiptTypeName>;

/** The ReceiptTypeName of a shipment's receipt; NotSet for a file whose format can't be told (formats.md section 6). */
export function receiptTypeName(format: Format | null): ReceiptTypeName {
  return format === null ? 'NotSet' : TYPE_NAMES[format];
}

export interface ShipmentIdentity {
  /** Null for a file that can't be told. */
  readonly format: Format | null;
  /** The shipment's reference; for AltUt what `altutReference` gives. */
  readonly reference: string | null;
  readonly batchId: number;
  /** The service owner's organisation number in the catalogue; null when the owner or its number is unknown. */
  readonly ownerOrgNumber: string | null;
}

/** The references on a shipment's receipt, by the table in formats.md section 6; what is not known is left out. */
export function shipmentReferences({
  format,
  reference,
  batchId,
  ownerOrgNumber,
}: ShipmentIdentity): ReceiptReference[] {
  const references: ReceiptReference[] = [];
  if (format !== null) addReference(references, 'ExternalShipmentReference', reference);
  addReference(references, 'BatchReference', String(batchId));
  if (format !== null) addReference(references, 'OwnerPartyReference', ownerOrgNumber);
  return references;
}

/** What stands for the shipment reference in the receipt of an AltUt file, which has none (formats.md section 5). */
export function altutReference(name: string, sequenceNo: string | null, fileName: string): string {
  return sequenceNo === null ? fileName : `${name}/${sequenceNo}`;
}

/** Adds a reference, unless there is no value for it. */
export function addReference(references: ReceiptReference[], type: ReferenceTypeName, value: string | null): void {
  if (value !== null && value.trim() !== '') references.push({ type, value });
}
