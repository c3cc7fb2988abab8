import type { OutboundKind } from '../domain/outbound-kind.js';
import type { Database, SqlValue, Statement } from './database.js';

export interface NewOutboundBatch {
  readonly kind: OutboundKind;
  readonly ownerCode: string;
  readonly systemUserCode: string;
  /** Counts from 1, by kind and system user code. */
  readonly sequenceNo: number;
  readonly reference: string;
  /** UTC. */
  readonly preparedAt: string;
  /** As it stands in the file: yyyy-MM-ddThh:mm:ss in the time of the `timeZone` setting. */
  readonly shipmentDateTime: string;
  /** Of the local times in it: that of the settings when it was prepared. */
  readonly timeZone: string;
  readonly entries: number;
  readonly receiptId: number;
}

/** A batch that goes out, or has gone. */
export interface OutboundBatch extends NewOutboundBatch {
  readonly id: number;
  /** Its file, relative to the home; null until it is in the outbox. */
  readonly publishedAs: string | null;
}

/** Batches that go out: prepared in one transaction with what is in them, then written into the outbox. */
export class OutboundStore {
  readonly #nextSequence: Statement<[string, string], number>;
  readonly #insert: Statement<SqlValue[], never>;
  readonly #byId: Statement<[number], OutboundBatch>;
  readonly #byReference: Statement<[string], OutboundBatch>;
  readonly #ofReceipt: Statement<[number], OutboundBatch>;
  readonly #unpublished: Statement<[], OutboundBatch>;
  readonly #unpublishedReceipts: Statement<[], number>;
  readonly #unpublishedBefore: Statement<[string], number>;
  readonly #markPublished: Statement<[string, string, number], never>;

  constructor(db: Database) {
    this.#nextSequence = db.prepareValue(
      'SELECT coalesce(max(sequence_no), 0) + 1 FROM outbound_batch WHERE kind = ? AND system_user_code = ?',
    );
    this.#insert = db.prepare(
      `INSERT INTO outbound_batch (kind, owner_code, system_user_code, sequence_no, reference, prepared_at,
         shipment_date_time, time_zone, entries, receipt_id)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#byId = db.prepare(`${SELECT} WHERE id = ?`);
    this.#byReference = db.prepare(`${SELECT} WHERE reference = ?`);
    this.#ofReceipt = db.prepare(`${SELECT} WHERE receipt_id = ?`);
    this.#unpublished = db.prepare(`${SELECT} WHERE published_as IS NULL ORDER BY id`);
    this.#unpublishedReceipts = db.prepareValue(
      `SELECT receipt.id FROM receipt JOIN outbound_batch ON outbound_batch.receipt_id = receipt.id
       WHERE receipt.published_as IS NULL AND receipt.batch_id IS NULL AND outbound_batch.published_as IS NOT NULL
       ORDER BY receipt.id`,
    );
    this.#unpublishedBefore = db.prepareValue(
      'SELECT count(*) FROM outbound_batch WHERE published_as IS NULL AND prepared_at < ?',
    );
    this.#markPublished = db.prepare(
      'UPDATE outbound_batch SET published_as = ?, published_at = ?, file_purged_at = NULL WHERE id = ?',
    );
  }

  /** The sequence number of the next batch of that kind to that system user code; the one before has one less. */
  nextSequence(kind: OutboundKind, systemUserCode: string): number {
    return this.#nextSequence.get(kind, systemUserCode) ?? 1;
  }

  /** Belongs into the transaction that makes its receipt and settles what is in it. Returns its id. */
  add(batch: NewOutboundBatch): number {
    const { kind, ownerCode, systemUserCode, sequenceNo, reference } = batch;
    const { preparedAt, shipmentDateTime, timeZone, entries, receiptId } = batch;
    const who = [kind, ownerCode, systemUserCode, sequenceNo, reference] as const;
    return this.#insert.insert(...who, preparedAt, shipmentDateTime, timeZone, entries, receiptId);
  }

  byId(id: number): OutboundBatch | undefined {
    return this.#byId.get(id);
  }

  byReference(reference: string): OutboundBatch | undefined {
    return this.#byReference.get(reference);
  }

  /** The batch whose receipt that is. */
  ofReceipt(receiptId: number): OutboundBatch | undefined {
    return this.#ofReceipt.get(receiptId);
  }

  /** Those that are not in the outbox yet, oldest first. */
  unpublished(): OutboundBatch[] {
    return this.#unpublished.all();
  }

  /** The receipts that are not in the outbox as they are now, of batches that are. */
  unpublishedReceipts(): number[] {
    return this.#unpublishedReceipts.all();
  }

  /** How many are not in the outbox, though they were prepared before that time (UTC). */
  unpublishedBefore(preparedAt: string): number {
    return this.#unpublishedBefore.get(preparedAt) ?? 0;
  }

  markPublished(id: number, publishedAs: string, at: string): void {
    this.#markPublished.run(publishedAs, at, id);
  }
}

const SELECT = `SELECT id, kind, owner_code AS ownerCode, system_user_code AS systemUserCode, sequence_no AS sequenceNo,
  reference, prepared_at AS preparedAt, shipment_date_time AS shipmentDateTime,
  time_zone AS timeZone, entries, receipt_id AS receiptId,
  published_as AS publishedAs FROM outbound_batch`;
