import { ConfigFault } from '../domain/faults.js';
import type {
  ReceiptHead,
  ReceiptReference,
  ReceiptStatusCode,
  ReceiptTypeName,
  ReferenceTypeName,
} from '../domain/receipt.js';
import type { Database, SqlValue, Statement } from './database.js';
import { type StoredItem, SubReceiptItems } from './sub-receipt-items.js';

export interface StoredReceipt extends ReceiptHead {
  readonly batchId: number;
  /** Null for the receipt of a batch without a shipment. */
  readonly shipmentId: number | null;
  /** How many sub-receipts it has: their ids are the next ones after its own. */
  readonly subReceipts: number;
  /** Null until it is in the outbox. */
  readonly publishedAs: string | null;
}

export interface NewReceipt {
  readonly batchId: number;
  readonly shipmentId: number | null;
  readonly statusCode: ReceiptStatusCode;
  readonly typeName: ReceiptTypeName;
  readonly text: string;
  readonly lastChanged: string;
  readonly references: readonly ReceiptReference[];
  readonly subReceipts: number;
}

/** Receipts, their references and history. Sub-receipts are no rows: they follow from the items. */
export class ReceiptStore {
  readonly #db: Database;
  readonly #subReceiptItems: SubReceiptItems;
  readonly #nextId: Statement<[], number>;
  readonly #insert: Statement<SqlValue[], never>;
  readonly #insertReference: Statement<[number, number, string, string], never>;
  readonly #ofBatch: Statement<[number], ReceiptRow>;
  readonly #references: Statement<[number], { type: ReferenceTypeName; value: string }>;
  readonly #history: Statement<[number], string>;
  readonly #markPublished: Statement<[string, string, number], never>;

  constructor(db: Database) {
    this.#db = db;
    this.#subReceiptItems = new SubReceiptItems(db);
    this.#nextId = db.prepareValue('SELECT id + sub_receipts + 1 FROM receipt ORDER BY id DESC LIMIT 1');
    this.#insert = db.prepare(
      `INSERT INTO receipt (id, batch_id, shipment_id, sub_receipts, status_code, type_name, text, last_changed)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#insertReference = db.prepare(
      'INSERT INTO receipt_reference (receipt_id, ordinal, reference_type, reference_value) VALUES (?, ?, ?, ?)',
    );
    this.#ofBatch = db.prepare(
      `SELECT id AS receiptId, NULL AS parentReceiptId, status_code AS statusCode, text, type_name AS typeName,
         last_changed AS lastChanged, batch_id AS batchId, shipment_id AS shipmentId, sub_receipts AS subReceipts,
         published_as AS publishedAs
       FROM receipt WHERE batch_id = ? ORDER BY id`,
    );
    this.#references = db.prepare(
      `SELECT reference_type AS type, reference_value AS value FROM receipt_reference
       WHERE receipt_id = ? ORDER BY ordinal`,
    );
    this.#history = db.prepareValue('SELECT text FROM receipt_history WHERE receipt_id = ? ORDER BY ordinal DESC');
    this.#markPublished = db.prepare('UPDATE receipt SET published_as = ?, published_at = ? WHERE id = ?');
  }

  /** Makes a receipt and sets aside the ids of its sub-receipts, receiptId + 1 to receiptId + subReceipts. Returns its id. */
  create(receipt: NewReceipt): number {
    return this.#db.transaction(() => {
      const receiptId = this.#nextId.get() ?? 1;
      if (receiptId + receipt.subReceipts > LARGEST_INT) {
        throw new ConfigFault(
          'The receipt ids of this store are used up (the contract ends at 2147483647): begin a new home folder.',
        );
      }
      const { batchId, shipmentId, subReceipts, statusCode, typeName, text, lastChanged } = receipt;
      this.#insert.run(receiptId, batchId, shipmentId, subReceipts, statusCode, typeName, text, lastChanged);
      let ordinal = 0;
      for (const { type, value } of receipt.references) this.#insertReference.run(receiptId, ++ordinal, type, value);
      return receiptId;
    });
  }

  ofBatch(batchId: number): StoredReceipt[] {
    return this.#ofBatch.all(batchId).map((row) => ({
      ...row,
      history: this.#history.all(row.receiptId),
      references: this.#references.all(row.receiptId),
    }));
  }

  /**
   * The items whose sub-receipts the receipt holds, in file order, read a page at a time: nothing is held open in between,
   * so the store may be written meanwhile. `failed` leaves out the accepted ones.
   */
  subReceiptItems(receipt: StoredReceipt, only: 'all' | 'failed'): Iterable<StoredItem> {
    if (receipt.shipmentId === null || receipt.subReceipts === 0) return [];
    return this.#subReceiptItems.of(receipt.shipmentId, receipt.subReceipts, only);
  }

  markPublished(receiptId: number, publishedAs: string, at: string): void {
    this.#markPublished.run(publishedAs, at, receiptId);
  }
}

/** The contract's ids are xs:int. */
const LARGEST_INT = 2_147_483_647;

type ReceiptRow = Omit<StoredReceipt, 'history' | 'references'>;
