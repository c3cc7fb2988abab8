import { localDateTime } from '../domain/dates.js';
import type { Format } from '../domain/format.js';
import type { ReceiptStatusCode } from '../domain/receipt.js';
import type { BatchEntry, ShipmentEntry } from '../store/batch-log.js';
import type { BatchState } from '../store/batch-store.js';
import type { Column } from './table.js';

export interface ItemCounts {
  readonly total: number;
  readonly accepted: number;
  readonly failed: number;
}

/** A batch as `batches list` prints it; the keys and their order are those of its JSON. */
export interface BatchLine {
  readonly id: number;
  readonly file: string;
  readonly mailbox: string | null;
  /** Of the file's one shipment; null when it has two: they stand in `shipments`. */
  readonly format: Format | null;
  readonly systemUserCode: string | null;
  readonly reference: string | null;
  readonly sequenceNo: string | null;
  readonly state: BatchState;
  readonly status: ReceiptStatusCode | null;
  readonly items: ItemCounts;
  readonly issues: number;
  readonly start: string;
  readonly end: string | null;
  /** Seconds. */
  readonly duration: number | null;
  readonly shipments: readonly ShipmentLine[];
}

export interface ShipmentLine {
  readonly format: Format;
  readonly reference: string | null;
  readonly sequenceNo: string | null;
  readonly status: ReceiptStatusCode | null;
  readonly items: ItemCounts;
}

export function toBatchLine(batch: BatchEntry): BatchLine {
  const { shipments, claimedAt, endedAt } = batch;
  const [first, ...more] = shipments;
  const only = more.length === 0 ? first : undefined;
  const counts = shipments.map(countsOf);
  return {
    id: batch.id,
    file: batch.fileName,
    mailbox: batch.mailbox,
    format: more.length === 0 ? (only?.format ?? batch.format) : null,
    systemUserCode: first?.systemUserCode || null,
    reference: only?.reference ?? null,
    sequenceNo: only?.sequenceNo ?? null,
    state: batch.state,
    status: batch.status,
    items: { total: sum(counts, 'total'), accepted: sum(counts, 'accepted'), failed: sum(counts, 'failed') },
    issues: batch.issues,
    start: claimedAt,
    end: endedAt,
    duration: endedAt === null ? null : (Date.parse(endedAt) - Date.parse(claimedAt)) / 1000,
    shipments: shipments.map((one) => ({
      format: one.format,
      reference: one.reference,
      sequenceNo: one.sequenceNo,
      status: one.status,
      items: countsOf(one),
    })),
  };
}

export function countsOf({ items, acceptedItems, failedItems }: ShipmentEntry): ItemCounts {
  return { total: items, accepted: acceptedItems, failed: failedItems };
}

function sum(counts: readonly ItemCounts[], key: keyof ItemCounts): number {
  return counts.reduce((total, one) => total + one[key], 0);
}

export function batchColumns(timeZone: string): readonly Column<BatchLine>[] {
  const ofEach = (value: (shipment: ShipmentLine) => string | null, otherwise: (batch: BatchLine) => string | null) => {
    return (batch: BatchLine) => batch.shipments.map(value).map(orDash).join(', ') || orDash(otherwise(batch));
  };
  return [
    { title: 'ID', width: 6, right: true, value: (one) => String(one.id) },
    { title: 'FILE', width: 28, value: (one) => one.file },
    { title: 'MAILBOX', width: 7, value: (one) => one.mailbox ?? '-' },
    {
      title: 'FORMAT',
      width: 14,
      value: ofEach(
        (shipment) => shipment.format,
        (batch) => batch.format,
      ),
    },
    { title: 'SYSTEM USER', width: 11, value: (one) => one.systemUserCode ?? '-' },
    { title: 'REFERENCE', width: 21, value: ofEach((shipment) => shipment.reference, nothing) },
    { title: 'SEQUENCE', width: 8, value: ofEach((shipment) => shipment.sequenceNo, nothing) },
    { title: 'STATUS', width: 16, value: statusText },
    { title: 'ITEMS', width: 7, right: true, value: (one) => String(one.items.total) },
    { title: 'ACCEPTED', width: 8, right: true, value: (one) => String(one.items.accepted) },
    { title: 'FAILED', width: 7, right: true, value: (one) => String(one.items.failed) },
    { title: 'ISSUES', width: 7, right: true, value: (one) => String(one.issues) },
    { title: 'START', width: 19, value: (one) => localTime(one.start, timeZone) },
    { title: 'END', width: 19, value: (one) => localTime(one.end, timeZone) },
    { title: 'SECONDS', width: 7, right: true, value: ({ duration }) => duration?.toFixed(1) ?? '-' },
  ];
}

/** What became of it, and of a file that is still in work how far it has come: `OK (published)`, `- (staging)`. */
export function statusText({ shipments, status, state }: BatchLine): string {
  const statuses = shipments.map((one) => orDash(one.status));
  const verdict = new Set(statuses).size > 1 ? statuses.join(', ') : orDash(status);
  return state === 'archived' ? verdict : `${verdict} (${state})`;
}

/** A time of the store as clocks at home show it. */
export function localTime(utc: string | null, timeZone: string): string {
  return utc === null ? '-' : localDateTime(Date.parse(utc), timeZone);
}

export function orDash(value: string | null): string {
  return value === null || value === '' ? '-' : value;
}

function nothing(): null {
  return null;
}
