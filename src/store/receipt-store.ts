import { ConfigFault, InternalFault } from '../domain/faults.js';
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
  /** Null exactly for what was sent out (ReceiptTypeName Outbound). */
  readonly batchId: number | null;
  /** Null for the receipt of a batch without a shipment. */
  readonly shipmentId: number | null;
  /** The id of its first sub-receipt; the others have the ids that follow. */
  readonly subReceiptsFrom: number;
  readonly subReceipts: number;
  /** LastChanged of the sub-receipts that nobody has changed since they were made. */
  readonly subReceiptsDated: string;
  /** Null until it is in the outbox. */
  readonly publishedAs: string | null;
}

export interface NewReceipt {
  /** Null exactly for what is sent out. */
  readonly batchId: number | null;
  readonly shipmentId: number | null;
  readonly statusCode: ReceiptStatusCode;
  readonly typeName: ReceiptTypeName;
  readonly text: string;
  readonly lastChanged: string;
  readonly references: readonly ReceiptReference[];
  readonly subReceipts: number;
}

/** What takes the place of a receipt's status and text; its old text goes to the top of its history. */
export interface ReceiptUpdate {
  readonly statusCode: ReceiptStatusCode;
  readonly text: string;
  readonly lastChanged: string;
  /** Added after those that it has; one that is there already is not added again. */
  readonly references: readonly ReceiptReference[];
}

/** Receipts, their references and history. Sub-receipts are no rows: they follow from the items. */
export class ReceiptStore {
  readonly #db: Database;
  readonly #subReceiptItems: SubReceiptItems;
  readonly #nextId: Statement<[], number>;
  readonly #insert: Statement<SqlValue[], never>;
  readonly #insertReference: Statement<[number, number, string, string], never>;
  readonly #byId: Statement<[number], ReceiptRow>;
  readonly #ofBatch: Statement<[number], ReceiptRow>;
  readonly #references: Statement<[number], { type: ReferenceTypeName; value: string }>;
  readonly #history: Statement<[number], string>;
  readonly #insertHistory: Statement<[number, number, string], never>;
  readonly #update: Statement<[string, string, string, number], never>;
  readonly #setSubReceipts: Statement<[number, number, string, number], never>;
  readonly #markPublished: Statement<[string, string, number], never>;

  constructor(db: Database) {
    this.#db = db;
    this.#subReceiptItems = new SubReceiptItems(db);
    // Ids of receipts and sub-receipts are given in one row, so the range that begins last ends last.
    this.#nextId = db.prepareValue(
      `SELECT sub_receipts_from + sub_receipts FROM receipt ORDER BY sub_receipts_from DESC, sub_receipts DESC LIMIT 1`,
    );
    this.#insert = db.prepare(
      `INSERT INTO receipt (id, batch_id, shipment_id, sub_receipts_from, sub_receipts, sub_receipts_dated, status_code,
         type_name, text, last_changed)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#insertReference = db.prepare(
      'INSERT INTO receipt_reference (receipt_id, ordinal, reference_type, reference_value) VALUES (?, ?, ?, ?)',
    );
    this.#byId = db.prepare(`${SELECT_RECEIPT} WHERE id = ?`);
    this.#ofBatch = db.prepare(`${SELECT_RECEIPT} WHERE batch_id = ? ORDER BY id`);
    this.#references = db.prepare(
      `SELECT reference_type AS type, reference_value AS value FROM receipt_reference
       WHERE receipt_id = ? ORDER BY ordinal`,
    );
    this.#history = db.prepareValue('SELECT text FROM receipt_history WHERE receipt_id = ? ORDER BY ordinal DESC');
    this.#insertHistory = db.prepare('INSERT INTO receipt_history (receipt_id, ordinal, text) VALUES (?, ?, ?)');
    this.#update = db.prepare(
      `UPDATE receipt SET status_code = ?, text = ?, last_changed = ?, published_as = NULL, published_at = NULL
       WHERE id = ?`,
    );
    this.#setSubReceipts = db.prepare(
      'UPDATE receipt SET sub_receipts_from = ?, sub_receipts = ?, sub_receipts_dated = ? WHERE id = ?',
    );
    this.#markPublished = db.prepare('UPDATE receipt SET published_as = ?, published_at = ? WHERE id = ?');
  }

  /** Makes a receipt and sets aside the ids of its sub-receipts, which follow its own. Returns its id. */
  create(receipt: NewReceipt): number {
    return this.#db.transaction(() => {
      const receiptId = this.#freeIds(receipt.subReceipts + 1);
      const { batchId, shipmentId, subReceipts, statusCode, typeName, text, lastChanged } = receipt;
      const subReceiptValues = [receiptId + 1, subReceipts, lastChanged] as const;
      this.#insert.run(receiptId, batchId, shipmentId, ...subReceiptValues, statusCode, typeName, text, lastChanged);
      let ordinal = 0;
      for (const { type, value } of receipt.references) this.#insertReference.run(receiptId, ++ordinal, type, value);
      return receiptId;
    });
  }

  /**
   * Gives a receipt another status and text (formats.md section 6) and counts it as unpublished again.
   * @throws InternalFault when there is no such receipt
   */
  update(receiptId: number, { statusCode, text, lastChanged, references }: ReceiptUpdate): void {
    this.#db.transaction(() => {
      const before = this.byId(receiptId);
      if (before === undefined) throw new InternalFault(`There is no receipt ${receiptId}.`);
      this.#insertHistory.run(receiptId, before.history.length + 1, before.text);
      this.#update.run(statusCode, text, lastChanged, receiptId);
      let ordinal = before.references.length;
      for (const { type, value } of references) {
        const isKnown = before.references.some((one) => one.type === type && one.value === value);
        if (!isKnown) this.#insertReference.run(receiptId, ++ordinal, type, value);
      }
    });
  }

  /** Sets ids aside for sub-receipts of a receipt that has had none: that of a shipment which was refused and is taken in now. */
  addSubReceipts(receiptId: number, subReceipts: number, dated: string): void {
    this.#db.transaction(() => {
      if (this.byId(receiptId)?.subReceipts !== 0) throw new InternalFault(`Receipt ${receiptId} has sub-receipts.`);
      this.#setSubReceipts.run(this.#freeIds(subReceipts), subReceipts, dated, receiptId);
    });
  }

  byId(receiptId: number): StoredReceipt | undefined {
    const row = this.#byId.get(receiptId);
    return row === undefined ? undefined : this.#withLists(row);
  }

  ofBatch(batchId: number): StoredReceipt[] {
    return this.#ofBatch.all(batchId).map((row) => this.#withLists(row));
  }

  /**
   * The items whose sub-receipts the receipt holds, in file order, read a page at a time: nothing is held open in between,
   * so the store may be written meanwhile. `failed` leaves out the accepted and the ignored ones.
   */
  subReceiptItems(receipt: StoredReceipt, only: 'all' | 'failed'): Iterable<StoredItem> {
    if (receipt.shipmentId === null || receipt.subReceipts === 0) return [];
    return this.#subReceiptItems.of(receipt.shipmentId, receipt.subReceipts, only);
  }

  markPublished(receiptId: number, publishedAs: string, at: string): void {
    this.#markPublished.run(publishedAs, at, receiptId);
  }

  #freeIds(count: number): number {
    const first = this.#nextId.get() ?? 1;
    if (first + count - 1 <= LARGEST_INT) return first;
    throw new ConfigFault(
      'The receipt ids of this store are used up (the contract ends at 2147483647): begin a new home folder.',
    );
  }

  #withLists(row: ReceiptRow): StoredReceipt {
    return { ...row, history: this.#history.all(row.receiptId), references: this.#references.all(row.receiptId) };
  }
}

const SELECT_RECEIPT = `SELECT id AS receiptId, NULL AS parentReceiptId, status_code AS statusCode, text,
  type_name AS typeName, last_changed AS lastChanged, batch_id AS batchId, shipment_id AS shipmentId,
  sub_receipts_from AS subReceiptsFrom, sub_receipts AS subReceipts, sub_receipts_dated AS subReceiptsDated,
  published_as AS publishedAs FROM receipt`;

/** The contract's ids are xs:int. */
const LARGEST_INT = 2_147_483_647;

type ReceiptRow = Omit<StoredReceipt, 'history' | 'references'>;
