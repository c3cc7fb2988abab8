/** The sink that stages what is read of a file, and the verdicts on its shipments that their headers allow. */
import { closeSync, openSync, readSync } from 'node:fs';
import { entranceOf } from '../config/mailboxes.js';
import type { DataItem } from '../domain/data-item.js';
import { type Issue, IssueCode, issue } from '../domain/issue.js';
import { parseSequenceNo } from '../domain/sequence-number.js';
import { checkSender } from '../domain/system-user-code.js';
import type { FileLayout } from '../formats/layouts.js';
import { altutReference } from '../receipts/references.js';
import { type Rejection, rejectionMessage } from '../receipts/rejection.js';
import type { Batch } from '../store/batch-store.js';
import type { ShipmentStart } from '../xml/split.js';
import type { FaultyGroup } from './check-chunk.js';
import type { Engine } from './engine.js';
import type { SubmissionSink } from './read-submission.js';

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
  /** Of a file without shipments, whose receipt names it all the same. */
  systemUserCode: string | null = null;
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
    const rejection = isRefused ? null : this.#rejection(start, systemUserCode, reference, sequenceNo, sequenceValue);
    const isTaken = !isRefused && rejection === null;
    const opened = isTaken
      ? store.shipments.open(this.#batch.id, {
          format: layout.format,
          systemUserCode,
          reference,
          sequenceNo,
          sequenceValue,
        })
      : null;
    start.passOver = opened === null ? NOTHING_OF_IT : opened.stagedItems;
    this.#shipments.set(start.index, {
      start,
      systemUserCode,
      ownerCode,
      reference,
      sequenceNo,
      sequenceValue,
      rejection,
      shipmentId: opened?.shipmentId ?? null,
      issues: ownerIssue,
      items: 0,
      failedReportee: { ordinal: 0, upTo: 0 },
    });
    return { systemUserCode, ownerCode };
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
    if (issues.length > room && room > 0) {
      const message = `There are more issues with this shipment; only the first ${MAX_SHIPMENT_ISSUES} are listed.`;
      known.push(issue(IssueCode.GeneralError, 'Information', message));
    }
  }

  onShipmentEnd(shipment: number, items: number): void {
    this.#of(shipment).items = items;
  }

  onNoShipment(systemUserCode: string | null): void {
    this.systemUserCode = systemUserCode;
  }

  /** Duplicates and sequence numbers (formats.md section 5). @throws AheadOfSequence */
  #rejection(
    { layout, place }: ShipmentStart,
    systemUserCode: string,
    reference: string | null,
    sequenceNo: string | null,
    sequenceValue: number | null,
  ): Rejection | null {
    const { store } = this.#engine;
    const { format } = layout;
    if (format !== 'altut' && reference !== null) {
      const first = store.shipments.findAccepted(systemUserCode, format, reference);
      if (first !== undefined) {
        return {
          kind: 'duplicateReference',
          reference,
          receiptId: first.receiptId,
          fileName: nameFor(this.#batch, first),
        };
      }
    }
    if (sequenceNo === null || format === 'prefill' || format === 'subscription') return null;
    const last = store.shipments.lastSequence(systemUserCode, format);
    if (sequenceValue === null) {
      return { kind: 'sequenceNotANumber', given: sequenceNo, expected: last === undefined ? null : last + 1 };
    }
    const isAhead = last === undefined || sequenceValue > last + 1;
    if (isAhead && !this.#isLastTry) throw new AheadOfSequence(`${format} ${systemUserCode}`, sequenceValue);
    if (last === undefined || sequenceValue === last + 1) return null;
    const gap: Rejection = {
      kind: 'sequenceGap',
      given: sequenceNo,
      givenValue: sequenceValue,
      expected: last + 1,
    };
    this.#engine.log.info({ file: this.#batch.fileName, line: place.line }, rejectionMessage(gap));
    return gap;
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

/** The file name of an earlier batch, where those who read the later one's receipt may know it. */
export function nameFor(
  later: Pick<Batch, 'mailbox'>,
  earlier: { readonly mailbox: string | null; readonly fileName: string },
): string | null {
  return earlier.mailbox === later.mailbox ? earlier.fileName : null;
}

/** An Issue for the log of the batch, of a rejection that the receipt tells in words of its own. */
export function rejectionIssue(rejection: Rejection, at: ShipmentStart, reference: string | null): Issue {
  return issue(IssueCode.GeneralError, 'Error', rejectionMessage(rejection), at.place, reference);
}
