import type { Database, Statement } from './database.js';

/** A ReceiptSave document that has been dealt with. */
export interface StoredReceiptSave {
  /** Null when it could not be read. */
  readonly systemUserCode: string | null;
  /** The receipt that it has updated; null when it was refused. */
  readonly receiptId: number | null;
  /** The sub-receipt that it is about, when it named one instead of the receipt. */
  readonly subReceiptId: number | null;
}

/** A ReceiptSave that has updated a receipt. */
export interface CarriedOutBefore {
  /** Of its batch. */
  readonly mailbox: string | null;
  readonly fileName: string;
  readonly receiptId: number;
}

/** What the batches that are ReceiptSave documents have done. */
export class ReceiptSaveStore {
  readonly #insert: Statement<[number, string | null, number | null, number | null], never>;
  readonly #ofBatch: Statement<[number], StoredReceiptSave>;
  readonly #sameBytes: Statement<[string, number], CarriedOutBefore>;

  constructor(db: Database) {
    this.#insert = db.prepare(
      'INSERT INTO receipt_save (batch_id, system_user_code, receipt_id, sub_receipt_id) VALUES (?, ?, ?, ?)',
    );
    this.#ofBatch = db.prepare(
      `SELECT system_user_code AS systemUserCode, receipt_id AS receiptId, sub_receipt_id AS subReceiptId
       FROM receipt_save WHERE batch_id = ?`,
    );
    this.#sameBytes = db.prepare(
      `SELECT batch.mailbox, batch.file_name AS fileName, receipt_save.receipt_id AS receiptId
       FROM batch JOIN receipt_save ON receipt_save.batch_id = batch.id
       WHERE batch.sha256 = ? AND batch.id <> ? AND receipt_save.receipt_id IS NOT NULL ORDER BY batch.id LIMIT 1`,
    );
  }

  /** Belongs into the transaction that commits the batch. */
  add(batchId: number, { systemUserCode, receiptId, subReceiptId }: StoredReceiptSave): void {
    this.#insert.run(batchId, systemUserCode, receiptId, subReceiptId);
  }

  ofBatch(batchId: number): StoredReceiptSave | undefined {
    return this.#ofBatch.get(batchId);
  }

  /** The first of the other ones with these bytes that was carried out. */
  carriedOutBefore(sha256: string, exceptBatchId: number): CarriedOutBefore | undefined {
    return this.#sameBytes.get(sha256, exceptBatchId);
  }
}
