import type { DataItem } from '../domain/data-item.js';
import { InternalFault } from '../domain/faults.js';
import type { Format } from '../domain/format.js';
import type { Issue } from '../domain/issue.js';
import { ownerCodeOf } from '../domain/owner-code.js';
import type { ReceiptStatusCode } from '../domain/receipt.js';
import type { Database, SqlValue, Statement } from './database.js';
import { itemIdOf, itemRangeOf, pagesOf, shipmentIdOf } from './item-id.js';
import { ItemRemoval } from './item-removal.js';
import { ItemWriter } from './item-writer.js';
import { PrefillFields } from './prefill-fields.js';
import { PrefillReplacement } from './prefill-replacement.js';
import { type RepeatedReference, RepeatedReferences } from './repeated-references.js';
import { ReporteeFailure, type StagedPlace } from './reportee-failure.js';
import { SearchKeys } from './search-keys.js';
import { SubscriptionIntake } from './subscription-intake.js';

/**
 * What has become of a shipment. It is `staged`, and nothing of it visible, until it is settled once and for all:
 *
 *   staged --> accepted   at least one item accepted, or none at all in it
 *          --> failed     processed, and no item accepted: only the failed (and refused) items are visible
 *          --> refused    refused whole: nothing of it is visible, its items are gone
 */
export type ShipmentState = 'staged' | 'accepted' | 'failed' | 'refused';

/** The part of a file that has a reference, a sequence number and a receipt of its own. */
export interface Shipment {
  readonly id: number;
  readonly batchId: number;
  readonly format: Format;
  readonly systemUserCode: string;
  readonly reference: string | null;
  /** As it was sent. */
  readonly sequenceNo: string | null;
  readonly sequenceValue: number | null;
  readonly state: ShipmentState;
  readonly status: ReceiptStatusCode | null;
  /** The checkpoint: items 1 to this one are in the store. */
  readonly stagedItems: number;
  readonly acceptedItems: number;
  readonly failedItems: number;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly receiptId: number | null;
}

export interface AcceptedShipment {
  readonly shipmentId: number;
  readonly receiptId: number;
  readonly batchId: number;
  /** As in Batch. */
  readonly mailbox: string | null;
  readonly fileName: string;
}

/** Shipments and their items, from the first chunk staged to the verdict. */
export class ShipmentStore {
  readonly #db: Database;
  readonly #now: () => string;
  readonly #items: ItemWriter;
  readonly #removal: ItemRemoval;
  readonly #searchKeys: SearchKeys;
  readonly #reporteeFailure: ReporteeFailure;
  readonly #replacement: PrefillReplacement;
  readonly #prefillFields: PrefillFields;
  readonly #subscriptions: SubscriptionIntake;
  readonly #repeated: RepeatedReferences;
  readonly #insert: Statement<SqlValue[], never>;
  readonly #byId: Statement<[number], Shipment>;
  readonly #ofBatch: Statement<[number], Shipment>;
  readonly #checkpoint: Statement<[number, number, number, number], never>;
  readonly #setCounts: Statement<[number, number, number, number], never>;
  readonly #refuseItems: Statement<[number, number], never>;
  readonly #settle: Statement<[string, string, string, number | null, number], never>;
  readonly #deleteIssues: Statement<[number], never>;
  readonly #accepted: Statement<[string, string, string], AcceptedShipment>;
  readonly #lastSequence: Statement<[string, string], number>;

  constructor(db: Database, now: () => string) {
    this.#db = db;
    this.#now = now;
    this.#items = new ItemWriter(db);
    this.#removal = new ItemRemoval(db);
    this.#searchKeys = new SearchKeys(db);
    this.#reporteeFailure = new ReporteeFailure(db, this.#items, this.#removal);
    this.#replacement = new PrefillReplacement(db);
    this.#prefillFields = new PrefillFields(db);
    this.#subscriptions = new SubscriptionIntake(db);
    this.#repeated = new RepeatedReferences(db);
    this.#insert = db.prepare(
      `INSERT INTO shipment (batch_id, format, system_user_code, reference, sequence_no, sequence_value, started_at, state)
       VALUES (?, ?, ?, ?, ?, ?, ?, 'staged') ON CONFLICT (batch_id, format) DO NOTHING`,
    );
    this.#byId = db.prepare(`${SELECT_SHIPMENT} WHERE id = ?`);
    this.#ofBatch = db.prepare(`${SELECT_SHIPMENT} WHERE batch_id = ? ORDER BY id`);
    this.#checkpoint = db.prepare(
      `UPDATE shipment SET staged_items = ?, accepted_items = accepted_items + ?, failed_items = failed_items + ?
       WHERE id = ?`,
    );
    this.#setCounts = db.prepare(
      'UPDATE shipment SET staged_items = ?, accepted_items = ?, failed_items = ? WHERE id = ?',
    );
    this.#refuseItems = db.prepare(
      "UPDATE item SET state = 'refused' WHERE id >= ? AND id <= ? AND state = 'accepted'",
    );
    this.#settle = db.prepare('UPDATE shipment SET state = ?, status = ?, ended_at = ?, receipt_id = ? WHERE id = ?');
    this.#deleteIssues = db.prepare('DELETE FROM issue WHERE shipment_id = ?');
    this.#accepted = db.prepare(
      `SELECT shipment.id AS shipmentId, shipment.receipt_id AS receiptId, batch.id AS batchId, batch.mailbox,
         batch.file_name AS fileName
       FROM shipment JOIN batch ON batch.id = shipment.batch_id
       WHERE system_user_code = ? AND shipment.format = ? AND reference = ?
         AND shipment.state = 'accepted' AND shipment.format <> 'altut' AND reference IS NOT NULL`,
    );
    // Receipt ids are given at the commit, so their order is that in which shipments were accepted.
    this.#lastSequence = db.prepareValue(
      `SELECT sequence_value FROM shipment
       WHERE system_user_code = ? AND format = ? AND state = 'accepted' AND sequence_value IS NOT NULL
       ORDER BY receipt_id DESC LIMIT 1`,
    );
  }

  /** Finds or makes the shipment of that format in the batch; `stagedItems` is where staging goes on after a crash. */
  open(
    batchId: number,
    header: {
      readonly format: Format;
      readonly systemUserCode: string;
      readonly reference: string | null;
      readonly sequenceNo: string | null;
      readonly sequenceValue: number | null;
    },
  ): { shipmentId: number; stagedItems: number } {
    return this.#db.transaction(() => {
      const { format, systemUserCode, reference, sequenceNo, sequenceValue } = header;
      this.#insert.run(batchId, format, systemUserCode, reference, sequenceNo, sequenceValue, this.#now());
      const shipment = this.ofBatch(batchId).find((one) => one.format === format);
      if (shipment === undefined) throw new InternalFault(`The ${format} shipment of batch ${batchId} is not there.`);
      return { shipmentId: shipment.id, stagedItems: shipment.stagedItems };
    });
  }

  /**
   * Stages the items that follow the checkpoint, without a gap, and moves it: all in one transaction.
   * @throws InternalFault when they don't follow it, or the shipment has been settled.
   */
  stage(shipmentId: number, items: readonly DataItem[]): void {
    this.#db.transaction(() => {
      const { batchId, stagedItems } = this.#staged(shipmentId);
      const at = this.#now();
      let last = stagedItems;
      let accepted = 0;
      for (const item of items) {
        if (item.ordinal !== last + 1) {
          throw new InternalFault(
            `Item ${item.ordinal} of shipment ${shipmentId} was staged when ${last + 1} was due.`,
          );
        }
        this.#items.write(batchId, shipmentId, item, at);
        last = item.ordinal;
        if (item.content !== null) accepted++;
      }
      this.#checkpoint.run(last, accepted, items.length - accepted, shipmentId);
    });
  }

  /**
   * Fails the staged items of a Reportee that has a fault of its own: their content goes, their raw XML is kept, and the
   * Issue stands on each of them, also on those that had failed before. `rawXmlOf` is asked for those that were accepted.
   * @param after leaves out items up to this one: an earlier call has failed those
   * @returns the checkpoint: up to this one they have failed now
   */
  failReportee(
    shipmentId: number,
    reporteeOrdinal: number,
    fault: Issue,
    rawXmlOf: (item: StagedPlace) => string,
    after = 0,
  ): number {
    return this.#db.transaction(() => {
      const { batchId, stagedItems } = this.#staged(shipmentId);
      const { first, last } = this.#reporteeFailure.rangeOf(shipmentId, stagedItems, reporteeOrdinal);
      const range = { first: Math.max(first, itemIdOf(shipmentId, after + 1)), last };
      const failed = this.#reporteeFailure.fail(batchId, range, fault, this.#now(), rawXmlOf);
      this.#checkpoint.run(stagedItems, -failed, failed, shipmentId);
      return stagedItems;
    });
  }

  /** Of the items staged so far. Items that were refused count only in the total. */
  counts(shipmentId: number): { total: number; accepted: number; failed: number } {
    const { stagedItems, acceptedItems, failedItems } = this.#required(shipmentId);
    return { total: stagedItems, accepted: acceptedItems, failed: failedItems };
  }

  /** The second and later items with the same reference (AltUt: the same shortName and reference), in file order. */
  repeatedReferences(shipmentId: number): Iterable<RepeatedReference> {
    return this.#repeated.in(itemRangeOf(shipmentId, this.#required(shipmentId).stagedItems));
  }

  /** Adds an Issue that does not change the item's state: a Warning found when all items are there. */
  addItemIssue(itemId: number, one: Issue): void {
    this.#db.transaction(() => {
      this.#items.writeIssue(this.#required(shipmentIdOf(itemId)).batchId, itemId, one, this.#now());
    });
  }

  /**
   * The verdict; belongs into the committing transaction, after the receipt. `accepted` makes the shipment visible, uses up
   * its reference and sequence number, puts its prefill in force and begins its subscriptions; `refused` removes its items and keeps its own Issues.
   * @throws InternalFault when it was settled before, or its reference has been accepted before.
   */
  settle(
    shipmentId: number,
    verdict: {
      readonly state: Exclude<ShipmentState, 'staged'>;
      readonly status: ReceiptStatusCode;
      readonly endedAt: string;
      /** Null for the second shipment of a file that was refused whole: the first has its one receipt. */
      readonly receiptId: number | null;
    },
  ): void {
    this.#db.transaction(() => {
      const { format, stagedItems, systemUserCode } = this.#staged(shipmentId);
      const range = itemRangeOf(shipmentId, stagedItems);
      this.#settle.run(verdict.state, verdict.status, verdict.endedAt, verdict.receiptId, shipmentId);
      if (verdict.state === 'refused') {
        this.#removal.removeItems(range);
        this.#setCounts.run(0, 0, 0, shipmentId);
        return;
      }
      this.#searchKeys.add(range);
      if (verdict.state !== 'accepted') return;
      if (format === 'prefill') {
        this.#replacement.putInForce(range);
        this.#prefillFields.takeUp(range);
      }
      if (format === 'subscription') this.#subscriptions.takeUp(range, ownerCodeOf(systemUserCode), verdict.endedAt);
    });
  }

  /** Too many items failed: those that were accepted become `refused` and lose their content; the failed ones stay. */
  refuseItems(shipmentId: number): void {
    this.#db.transaction(() => {
      const { stagedItems, failedItems } = this.#staged(shipmentId);
      const range = itemRangeOf(shipmentId, stagedItems);
      this.#removal.removeContent(range);
      for (const { first, last } of pagesOf(range, ITEMS_PER_UPDATE)) this.#refuseItems.run(first, last);
      this.#setCounts.run(stagedItems, 0, failedItems, shipmentId);
    });
  }

  /** Takes back all that was staged, and the shipment's own Issues: it can be staged again from its first item. */
  discard(shipmentId: number): void {
    this.#db.transaction(() => {
      this.#removal.removeItems(itemRangeOf(shipmentId, this.#staged(shipmentId).stagedItems));
      this.#deleteIssues.run(shipmentId);
      this.#setCounts.run(0, 0, 0, shipmentId);
    });
  }

  /** The accepted shipment that has used up this reference; AltUt has no references to use up. */
  findAccepted(systemUserCode: string, format: Format, reference: string): AcceptedShipment | undefined {
    return this.#accepted.get(systemUserCode, format, reference);
  }

  /** The sequence number of the shipment accepted last, of those that had one. */
  lastSequence(systemUserCode: string, format: Format): number | undefined {
    return this.#lastSequence.get(systemUserCode, format);
  }

  byId(shipmentId: number): Shipment | undefined {
    return this.#byId.get(shipmentId);
  }

  ofBatch(batchId: number): Shipment[] {
    return this.#ofBatch.all(batchId);
  }

  #required(shipmentId: number): Shipment {
    const shipment = this.byId(shipmentId);
    if (shipment === undefined) throw new InternalFault(`There is no shipment ${shipmentId}.`);
    return shipment;
  }

  #staged(shipmentId: number): Shipment {
    const shipment = this.#required(shipmentId);
    if (shipment.state === 'staged') return shipment;
    throw new InternalFault(`Shipment ${shipmentId} is ${shipment.state}: it can't be changed any more.`);
  }
}

/** An UPDATE that changes what it selects by first gathers the rows' ids in memory. */
const ITEMS_PER_UPDATE = 10_000;

const SELECT_SHIPMENT = `SELECT id, batch_id AS batchId, format, system_user_code AS systemUserCode, reference,
  sequence_no AS sequenceNo, sequence_value AS sequenceValue, state, status, staged_items AS stagedItems,
  accepted_items AS acceptedItems, failed_items AS failedItems, started_at AS startedAt, ended_at AS endedAt,
  receipt_id AS receiptId FROM shipment`;
