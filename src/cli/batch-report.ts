import { issueName } from '../domain/issue.js';
import type { ReceiptStatusCode, ReceiptTypeName } from '../domain/receipt.js';
import type { AttemptEntry, BatchDetails, ShipmentEntry } from '../store/batch-log.js';
import type { AttemptOutcome } from '../store/batch-store.js';
import type { EventFile } from '../store/message-answer-store.js';
import type { StoredReceipt } from '../store/receipt-store.js';
import {
  type BatchLine,
  countsOf,
  localTime,
  orDash,
  type ShipmentLine,
  statusText,
  toBatchLine,
} from './batch-line.js';
import { labelled, tableSection } from './sections.js';

/** Where a batch's file is now. */
export interface FilePlace {
  /** Relative to the home. */
  readonly path: string;
  /** Whether it still stands there. */
  readonly there: boolean;
}

/** A batch as `batches show` prints it; the keys and their order are those of its JSON. */
export interface BatchReport extends Omit<BatchLine, 'shipments'> {
  readonly bytes: number;
  /** When the file was last changed in the inbox. */
  readonly modified: string;
  readonly sha256: string | null;
  /** Null when it can't be told: it was gone from the work folder after a crash. */
  readonly fileNow: FilePlace | null;
  readonly shipments: readonly ShipmentReport[];
  readonly attempts: readonly AttemptReport[];
  readonly issuesByCode: readonly IssuesOfCode[];
  readonly receipts: readonly ReceiptReport[];
  /** Of a file of message events. */
  readonly messageEvents: EventFileReport | null;
}

export interface EventFileReport {
  readonly events: number;
  /** Those that were answered OK. */
  readonly carriedOut: number;
  readonly changed: number;
  /** The answer file, relative to the home; null until it is published. */
  readonly answer: string | null;
}

export interface ShipmentReport extends ShipmentLine {
  readonly id: number;
  readonly systemUserCode: string | null;
  readonly state: ShipmentEntry['state'];
  readonly start: string;
  readonly end: string | null;
  readonly receiptId: number | null;
}

export interface AttemptReport {
  readonly pid: number;
  readonly start: string;
  readonly end: string | null;
  /** `running` and `killed` are those that have no end. */
  readonly outcome: AttemptOutcome | 'running' | 'killed';
  readonly detail: string | null;
}

export interface IssuesOfCode {
  readonly code: number;
  readonly name: string | null;
  readonly level: string;
  readonly count: number;
}

export interface ReceiptReport {
  readonly receiptId: number;
  readonly type: ReceiptTypeName;
  readonly status: ReceiptStatusCode;
  readonly lastChanged: string;
  /** The ids of its sub-receipts; null when it has none. */
  readonly subReceipts: { readonly from: number; readonly to: number } | null;
  /** Its file, relative to the home; null until it is published. */
  readonly receipt: string | null;
  readonly text: string;
}

/** @param isAlive whether a process is there: tells an attempt that goes on from one that was killed */
export function toBatchReport(
  batch: BatchDetails,
  receipts: readonly StoredReceipt[],
  fileNow: FilePlace | null,
  isAlive: (pid: number) => boolean,
  eventFile?: EventFile,
): BatchReport {
  const { shipments: _, ...line } = toBatchLine(batch);
  const last = batch.state === 'archived' ? undefined : batch.attempts.at(-1);
  return {
    ...line,
    bytes: batch.bytes,
    modified: batch.modifiedAt,
    sha256: batch.sha256,
    fileNow,
    shipments: batch.shipments.map(toShipmentReport),
    attempts: batch.attempts.map((one) => toAttemptReport(one, one === last && isAlive(one.pid))),
    issuesByCode: batch.issueCounts.map(({ code, level, count }) => ({ code, name: issueName(code), level, count })),
    receipts: receipts.map(toReceiptReport),
    messageEvents: eventFile === undefined ? null : toEventFileReport(eventFile),
  };
}

function toShipmentReport(shipment: ShipmentEntry): ShipmentReport {
  const { id, format, systemUserCode, reference, sequenceNo, state, status, startedAt, endedAt, receiptId } = shipment;
  return {
    id,
    format,
    systemUserCode: systemUserCode || null,
    reference,
    sequenceNo,
    state,
    status,
    items: countsOf(shipment),
    start: startedAt,
    end: endedAt,
    receiptId,
  };
}

function toAttemptReport({ pid, startedAt, endedAt, outcome, detail }: AttemptEntry, goesOn: boolean): AttemptReport {
  return { pid, start: startedAt, end: endedAt, outcome: outcome ?? (goesOn ? 'running' : 'killed'), detail };
}

function toReceiptReport(receipt: StoredReceipt): ReceiptReport {
  const { receiptId, typeName, statusCode, lastChanged, subReceiptsFrom, subReceipts, publishedAs, text } = receipt;
  return {
    receiptId,
    type: typeName,
    status: statusCode,
    lastChanged,
    subReceipts: subReceipts === 0 ? null : { from: subReceiptsFrom, to: subReceiptsFrom + subReceipts - 1 },
    receipt: publishedAs,
    text,
  };
}

function toEventFileReport({ events, carriedOut, changed, publishedAs }: EventFile): EventFileReport {
  return { events, carriedOut, changed, answer: publishedAs };
}

/** The same for people, with times as clocks at home show them. */
export function batchReportText(report: BatchReport, timeZone: string): string {
  const time = (utc: string | null) => localTime(utc, timeZone);
  const { total, accepted, failed } = report.items;
  const head = labelled({
    status: statusText(report),
    mailbox: report.mailbox ?? 'the common inbox',
    'system user': orDash(report.systemUserCode),
    items: `${total} (accepted: ${accepted}, failed: ${failed})`,
    issues: String(report.issues),
    start: time(report.start),
    end: report.end === null ? null : `${time(report.end)}, after ${report.duration} s`,
    file: `${report.bytes} bytes, last changed ${time(report.modified)}`,
    sha256: report.sha256,
    'file now': placeText(report.fileNow),
  });
  return [
    `Batch ${report.id}: ${report.file}`,
    ...head,
    ...shipmentsText(report),
    ...tableSection('Attempts', report.attempts, [
      { title: 'START', width: 19, value: (one) => time(one.start) },
      { title: 'END', width: 19, value: (one) => time(one.end) },
      { title: 'OUTCOME', width: 11, value: (one) => one.outcome },
      { title: 'PID', width: 7, right: true, value: (one) => String(one.pid) },
      { title: 'DETAIL', width: 0, value: attemptDetail },
    ]),
    ...tableSection('Issues by code', report.issuesByCode, [
      { title: 'COUNT', width: 7, right: true, value: (one) => String(one.count) },
      { title: 'LEVEL', width: 11, value: (one) => one.level },
      { title: 'CODE', width: 5, right: true, value: (one) => String(one.code) },
      { title: 'NAME', width: 0, value: (one) => orDash(one.name) },
    ]),
    ...report.receipts.flatMap((one) => ['', ...receiptText(one)]),
    ...(report.messageEvents === null ? [] : eventFileText(report.messageEvents)),
  ].join('\n');
}

function eventFileText({ events, carriedOut, changed, answer }: EventFileReport): string[] {
  const counts = { OK: `${carriedOut}, ${changed} of them changed something`, rejected: String(events - carriedOut) };
  return [
    '',
    `${events} message ${events === 1 ? 'event' : 'events'}`,
    ...labelled({ ...counts, answer: answer ?? 'not published yet' }),
  ];
}

function placeText(place: FilePlace | null): string {
  if (place === null) return 'not known: it was no longer in the work folder after a crash';
  return place.there ? place.path : `was ${place.path}, and is no longer there`;
}

function shipmentsText({ shipments }: BatchReport): string[] {
  return tableSection('Shipments', shipments, [
    { title: 'FORMAT', width: 14, value: (one) => one.format },
    { title: 'REFERENCE', width: 21, value: (one) => orDash(one.reference) },
    { title: 'SEQUENCE', width: 8, value: (one) => orDash(one.sequenceNo) },
    { title: 'STATE', width: 8, value: (one) => one.state },
    { title: 'STATUS', width: 16, value: (one) => orDash(one.status) },
    { title: 'ITEMS', width: 7, right: true, value: (one) => String(one.items.total) },
    { title: 'ACCEPTED', width: 8, right: true, value: (one) => String(one.items.accepted) },
    { title: 'FAILED', width: 7, right: true, value: (one) => String(one.items.failed) },
    {
      title: 'RECEIPT',
      width: 7,
      right: true,
      value: ({ receiptId }) => orDash(receiptId === null ? null : `${receiptId}`),
    },
  ]);
}

function attemptDetail({ outcome, detail }: AttemptReport): string {
  if (outcome === 'killed') return 'it has no end: its process was killed, or the machine stopped';
  return orDash(detail);
}

function receiptText({ receiptId, type, status, subReceipts, receipt, text }: ReceiptReport): string[] {
  const values = labelled({
    status,
    type,
    file: receipt ?? 'not published yet',
    'sub-receipts': subReceipts === null ? 'none' : `${subReceipts.from} to ${subReceipts.to}`,
  });
  return [`Receipt ${receiptId}`, ...values, ...text.split('\n').map((line) => `  ${line}`)];
}
