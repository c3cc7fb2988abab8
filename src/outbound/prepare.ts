import type { Home } from '../config/home.js';
import { localDateTime } from '../domain/dates.js';
import { InternalFault } from '../domain/faults.js';
import type { OutboundKind } from '../domain/outbound-kind.js';
import type { ReceiptReference } from '../domain/receipt.js';
import { addReference } from '../receipts/references.js';
import type { OutboundBatch } from '../store/outbound-store.js';
import type { Store } from '../store/store.js';
import { outboundFileName, outboundReference } from './names.js';
import { outboxOf } from './outbox.js';
import { outboundReceiptText } from './receipt-text.js';

/** What is to go out to whom. */
export interface OutboundOrder {
  readonly kind: OutboundKind;
  readonly ownerCode: string;
  /** Of the catalogue; null when it is not known. */
  readonly ownerOrgNumber: string | null;
  readonly systemUserCode: string;
  /** How many entries it will hold, as counted in the same transaction; at least one. */
  readonly entries: number;
}

/**
 * Makes a batch that goes out: what is in it, its sequence number and its receipt are settled together, on the disk, and
 * never change again. Its file is not there yet: see publish.ts. Joins a durable transaction that the caller has begun.
 * @param take marks what goes into the batch as that batch's, and returns how many entries that is
 * @throws ConfigFault when there is no outbox that it could be written into
 */
export function prepareOutbound(
  { home, store }: { readonly home: Home; readonly store: Store },
  { kind, ownerCode, ownerOrgNumber, systemUserCode, entries }: OutboundOrder,
  take: (batchId: number) => number,
): OutboundBatch {
  outboxOf(home, ownerCode);
  return store.durableTransaction(() => {
    const now = Date.now();
    const { timeZone } = home.settings;
    const shipmentDateTime = localDateTime(now, timeZone);
    const sequenceNo = store.outbound.nextSequence(kind, systemUserCode);
    const reference = outboundReference(systemUserCode, kind, sequenceNo);
    const references: ReceiptReference[] = [{ type: 'OutboundShipmentReference', value: reference }];
    addReference(references, 'OwnerPartyReference', ownerOrgNumber);
    const receiptId = store.receipts.create({
      batchId: null,
      shipmentId: null,
      statusCode: 'OK',
      typeName: 'Outbound',
      text: outboundReceiptText({ kind, systemUserCode, fileName: outboundFileName(reference), entries }),
      lastChanged: shipmentDateTime,
      references,
      subReceipts: 0,
    });
    const preparedAt = new Date(now).toISOString();
    const batch = { kind, ownerCode, systemUserCode, sequenceNo, reference, preparedAt, shipmentDateTime, timeZone };
    const id = store.outbound.add({ ...batch, entries, receiptId });
    const taken = take(id);
    if (taken !== entries) throw new InternalFault(`${reference} was to hold ${entries} entries, and has ${taken}.`);
    return { ...batch, id, entries, receiptId, publishedAs: null };
  });
}
