/** The sink that stages what is read of a file, and the verdicts on its shipments that their headers allow. */
import { closeSync, openSync, readSync } from 'node:fs';
import { entranceOf } from '../config/mailboxes.js';
import type { DataItem } from '../domain/data-item.js';
import type { Format } from '../domain/format.js';
import { type Issue, IssueCode, issue } from '../domain/issue.js';
import { parseSequenceNo } from '../domain/sequence-number.js';
import { checkSender } from '../domain/system-user-code.js';
import type { FileLayout } from '../formats/layouts.js';
import { altutReference } from '../receipts/references.js';
import { type Rejection, rejectionMessage } from '../receipts/rejection.js';
import type { Batch } from '../store/batch-store.js';
import type { Shipment } from '../store/shipment-store.js';
import type { ShipmentStart } from '../xml/split.js';
import type { FaultyGroup } from './check-chunk.js';
import type { Engine } from './engine.js';
import type { SubmissionSink } from './read-submission.js';
import { type JudgedHeader, judgeHeader } from './verdict.js';

/** Of one shipment what its receipt will say; more is in the store. */
export interface StagedShipment {
  readonly start: ShipmentStart;
  readonly systemUserCode: string;
  readonly ownerCode: string;
  /** As it stands in the receipt and, but for AltUt, must be unique. */
  readonly reference: string | null;
  readonly sequenceNo: string | null;
  readonly sequenceValue: number | null;
  /** Why it is refused whole, as far as its header shows. */
  readonly rejection: Rejection | null;
  /** What became of it when the file was processed before and only its other shipment is tried again; then that stays. */
  readonly kept: Shipment | null;
  /** Null until it is there in the store. */
  readonly shipmentId: number | null;
  readonly issues: Issue[];
  items: number;
  /** The Reportee that was failed last, and up to which item that has been done. */
  failedReportee: { readonly ordinal: number; readonly upTo: number };
}

/** Thrown when a shipment is ahead of its sequence and other files may still fill the gap. */
export class AheadOfSequence extends Error {
  constructor(
    /** What shares a sequence: system user code and format. */
    readonly key: string,
    readonly sequenceValue: number,
  ) {
    super(`ahead of its sequence with ${sequenceValue}`);
  }
}

const MAX_SHIPMENT_ISSUES = 100;
const NOTHING_OF_IT = Number.POSITIVE_INFINITY;

export class Staging implements SubmissionSink {
  readonly #engine: Engine;
  readonly #batch: Batch;
  readonly #isLastTry: boolean;
  readonly #utf8File: string;
  readonly #shipments = new Map<number, StagedShipment>();
  #layout: FileLayout | null = null;
  #sender: string | null = null;
  /** Items given so far, for the progress. */
  items = 0;

  /**
   * @param utf8File the work file, or its UTF-8 form
   * @param isLastTry whether a gap in the sequence is final: all other files have been tried
   */
  constructor(engine: Engine, batch: Batch, utf8File: string, isLastTry: boolean) {
    this.#engine = engine;
    this.#batch = batch;
    this.#utf8File = utf8File;
    this.#isLastTry = isLastTry;
  }

  get layout(): FileLayout | null {
    return this.#layout;
  }

  /** Of all the file's shipments, and of a file that has none; null where it could not be read. */
  get systemUserCode(): string | null {
    return this.shipments[0]?.systemUserCode || this.#sender || null;
  }

  get shipments(): readonly StagedShipment[] {
    return [...this.#shipments.values()];
  }

  onRoot(layout: FileLayout): void {
    this.#layout = layout;
  }

  onShipment(start: ShipmentStart): { systemUserCode: string; ownerCode: string } {
    const { header, layout } = start;
    const isSecond = this.shipments.some((one) => one.start.layout.format === layout.format);
    const { home, store, catalogue } = this.#engine;
    const owner = checkSender(header.systemUserCode, catalogue, entranceOf(home, this.#batch.mailbox));
    const systemUserCode = header.systemUserCode ?? '';
    const sequenceNo = header.sequenceNo?.trim() ? header.sequenceNo.trim() : null;
    const sequenceValue = sequenceNo === null ? null : parseSequenceNo(sequenceNo);
    const reference =
      layout.format === 'altut' ? altutReference(systemUserCode, sequenceNo, this.#batch.fileName) : header.reference;
    const ownerCode = 'ownerCode' in owner ? owner.ownerCode : '';
    const ownerIssue = 'code' in owner ? [issue(owner.code, 'Error', owner.message, start.place, reference)] : [];
    const isRefused = isSecond || ownerIssue.length > 0;
    const judged = { format: layout.format, systemUserCode, reference, sequenceNo, sequenceValue };
    const kept = this.#kept(layout.format);
    const rejection = isRefused || kept !== null ? null : this.#rejection(start, judged);
    const isTaken = !isRefused && kept === null && rejection === null;
    const opened = isTaken ? store.shipments.open(this.#batch.id, judged) : null;
    start.passOver = opened === null ? NOTHING_OF_IT : opened.stagedItems;
    this.#shipments.set(start.index, {
      start,
      systemUserCode,
      ownerCode,
      reference,
      sequenceNo,
      sequenceValue,
      rejection,
      kept,
      shipmentId: opened?.shipmentId ?? null,
      issues: ownerIssue,
      items: 0,
      failedReportee: { ordinal: 0, upTo: 0 },
    });
    return { systemUserCode, ownerCode };
  }

  #kept(format: Format): Shipment | null {
    const known = this.#engine.store.shipments.ofBatch(this.#batch.id).find((one) => one.format === format);
    return known === undefined || known.state === 'staged' ? null : known;
  }

  onItems(shipment: number, items: readonly DataItem[]): void {
    const staged = this.#of(shipment);
    if (staged.shipmentId === null || items.length === 0) return;
    this.#engine.store.shipments.stage(staged.shipmentId, items);
    this.#engine.checkpointer.onChunk();
    this.items += items.length;
    this.#engine.onStep('chunk');
  }

  onFaultyReportee(shipment: number, reporteeOrdinal: number, fault: FaultyGroup): void {
    const staged = this.#of(shipment);
    if (staged.shipmentId === null) return;
    // A fault in its head is found again with every chunk: only what was staged since then is looked at.
    const { ordinal, upTo } = staged.failedReportee;
    const checkpoint = this.#engine.store.shipments.failReportee(
      staged.shipmentId,
      reporteeOrdinal,
      fault.issue,
      (item) => fault.rawXmlOf(this.#bytesOf(item)),
      ordinal === reporteeOrdinal ? upTo : 0,
    );
    staged.failedReportee = { ordinal: reporteeOrdinal, upTo: checkpoint };
  }

  onShipmentIssues(shipment: number, issues: readonly Issue[]): void {
    const { issues: known } = this.#of(shipment);
    const room = Math.max(0, MAX_SHIPMENT_ISSUES - known.length);
    known.push(...issues.slice(0, room));
    if (issues.length > room && known.length === MAX_SHIPMENT_ISSUES) {
      const message = `There are more issues with this shipment; only the first ${MAX_SHIPMENT_ISSUES} are listed.`;
      known.push(issue(IssueCode.GeneralError, 'Information', message));
    }
  }

  onShipmentEnd(shipment: number, items: number): void {
    this.#of(shipment).items = items;
  }

  onSender(systemUserCode: string | null): void {
    this.#sender = systemUserCode;
  }

  /** The commit sees that there is none. */
  onNoShipment(): void {}

  /** @throws AheadOfSequence */
  #rejection({ place }: ShipmentStart, header: JudgedHeader): Rejection | null {
    const { rejection, isAhead } = judgeHeader(this.#engine.store, header, this.#batch);
    const { format, systemUserCode, sequenceValue } = header;
    if (isAhead && !this.#isLastTry && sequenceValue !== null) {
      throw new AheadOfSequence(`${format} ${systemUserCode}`, sequenceValue);
    }
    if (rejection?.kind === 'sequenceGap') {
      this.#engine.log.info({ file: this.#batch.fileName, line: place.line }, rejectionMessage(rejection));
    }
    return rejection;
  }

  #of(shipment: number): StagedShipment {
    const staged = this.#shipments.get(shipment);
    if (staged === undefined) throw new Error(`shipment ${shipment} was never announced`);
    return staged;
  }

  #bytesOf({ byteOffset, byteLength }: { byteOffset: number; byteLength: number }): Buffer {
    const fd = openSync(this.#utf8File, 'r');
    try {
      const bytes = Buffer.alloc(byteLength);
      let read = 0;
      while (read < byteLength) {
        const got = readSync(fd, bytes, read, byteLength - read, byteOffset + read);
        if (got === 0) break;
        read += got;
      }
      return bytes.subarray(0, read);
    } finally {
      closeSync(fd);
    }
  }
}
