import { ConfigFault, InternalFault } from '../domain/faults.js';
import {
  newReferences,
  type ReceiptHead,
  type ReceiptReference,
  type ReceiptStatusCode,
  type ReceiptTypeName,
  type ReferenceTypeName,
} from '../domain/receipt.js';
import type { Database, SqlValue, Statement } from './database.js';
import { SubReceiptChanges, type SubReceiptUpdate } from './sub-receipt-changes.js';
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
  /** Null until it is in the outbox, and again from a change until that is there. */
  readonly publishedAs: string | null;
  /** How often it, or one of its sub-receipts, has been changed. */
  readonly revision: number;
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

/** A receipt that was asked for by an id of its own, or by that of one of its sub-receipts. */
export interface FoundReceipt {
  readonly receipt: StoredReceipt;
  /** Null when the receipt itself was meant. */
  readonly subReceiptId: number | null;
}

/** Receipts, their references and history. Sub-receipts are no rows: they follow from the items. */
export class ReceiptStore {
  readonly #db: Database;
  readonly #changes: SubReceiptChanges;
  readonly #subReceiptItems: SubReceiptItems;
  readonly #nextId: Statement<[], number>;
  readonly #insert: Statement<SqlValue[], never>;
  readonly #insertReference: Statement<[number, number, string, string], never>;
  readonly #byId: Statement<[number], ReceiptRow>;
  readonly #bySubReceipt: Statement<[number, number], ReceiptRow>;
  readonly #ofBatch: Statement<[number], number>;
  readonly #unpublished: Statement<[], number>;
  readonly #references: Statement<[number], { type: ReferenceTypeName; value: string }>;
  readonly #history: Statement<[number], string>;
  readonly #insertHistory: Statement<[number, number, string], never>;
  readonly #update: Statement<[string, string, string, number], never>;
  readonly #touch: Statement<[string, number], never>;
  readonly #setSubReceipts: Statement<[number, number, string, number], never>;
  readonly #markPublished: Statement<[string, string, number], never>;

  constructor(db: Database) {
    this.#db = db;
    this.#changes = new SubReceiptChanges(db);
    this.#subReceiptItems = new SubReceiptItems(db, this.#changes);
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
    // Of two ranges that begin with the same id, the longer one is not empty.
    this.#bySubReceipt = db.prepare(
      `${SELECT_RECEIPT} WHERE id = (
         SELECT id FROM receipt WHERE sub_receipts_from <= ? ORDER BY sub_receipts_from DESC, sub_receipts DESC LIMIT 1
       ) AND ? < sub_receipts_from + sub_receipts`,
    );
    this.#unpublished = db.prepareValue(
      `SELECT receipt.id FROM receipt JOIN batch ON batch.id = receipt.batch_id
       WHERE receipt.published_as IS NULL AND batch.state IN ('published', 'archived') ORDER BY receipt.id`,
    );
    this.#ofBatch = db.prepareValue('SELECT id FROM receipt WHERE batch_id = ? ORDER BY id');
    this.#references = db.prepare(
      `SELECT reference_type AS type, reference_value AS value FROM receipt_reference
       WHERE receipt_id = ? ORDER BY ordinal`,
    );
    this.#history = db.prepareValue('SELECT text FROM receipt_history WHERE receipt_id = ? ORDER BY ordinal DESC');
    this.#insertHistory = db.prepare('INSERT INTO receipt_history (receipt_id, ordinal, text) VALUES (?, ?, ?)');
    this.#update = db.prepare(
      `UPDATE receipt SET status_code = ?, text = ?, last_changed = ?, published_as = NULL, published_at = NULL,
         revision = revision + 1
       WHERE id = ?`,
    );
    this.#touch = db.prepare(
      `UPDATE receipt SET last_changed = ?, published_as = NULL, published_at = NULL, revision = revision + 1
       WHERE id = ?`,
    );
    this.#setSubReceipts = db.prepare(
      `UPDATE receipt SET sub_receipts_from = ?, sub_receipts = ?, sub_receipts_dated = ?, revision = revision + 1
       WHERE id = ?`,
    );
    this.#markPublished = db.prepare(
      'UPDATE receipt SET published_as = ?, published_at = ?, file_purged_at = NULL WHERE id = ?',
    );
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
      for (const { type, value } of newReferences(before.references, references)) {
        this.#insertReference.run(receiptId, ++ordinal, type, value);
      }
    });
  }

  /**
   * Gives sub-receipts of a receipt another status and text. The receipt's own stay; its LastChanged moves, for what is
   * written of it changes, and it counts as unpublished again.
   * @param updates taken one at a time, within the transaction; each `before` must be what the store holds then
   * @returns how many there were
   * @throws InternalFault when one of them is no sub-receipt of it
   */
  updateSubReceipts(receiptId: number, updates: Iterable<SubReceiptUpdate>, lastChanged: string): number {
    return this.#db.transaction(() => {
      const receipt = this.byId(receiptId);
      let count = 0;
      for (const update of updates) {
        const id = update.before.receiptId;
        if (
          receipt === undefined ||
          id < receipt.subReceiptsFrom ||
          id >= receipt.subReceiptsFrom + receipt.subReceipts
        )
          throw new InternalFault(`Receipt ${receiptId} has no sub-receipt ${id}.`);
        this.#changes.write(receiptId, update);
        count++;
      }
      if (count > 0) this.#touch.run(lastChanged, receiptId);
      return count;
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
    return this.#withLists(() => this.#byId.get(receiptId));
  }

  /** The receipt with that id, or the one that has the sub-receipt with that id. */
  find(id: number): FoundReceipt | undefined {
    const receipt = this.byId(id);
    if (receipt !== undefined) return { receipt, subReceiptId: null };
    const parent = this.#withLists(() => this.#bySubReceipt.get(id, id));
    return parent === undefined ? undefined : { receipt: parent, subReceiptId: id };
  }

  /** Those that were changed after their batch was done with, and are not in the outbox as they are now; oldest first. */
  unpublished(): number[] {
    return this.#unpublished.all();
  }

  ofBatch(batchId: number): StoredReceipt[] {
    return this.#ofBatch.all(batchId).flatMap((receiptId) => this.byId(receiptId) ?? []);
  }

  /**
   * The items whose sub-receipts the receipt holds, in file order, read a page at a time: nothing is held open in between,
   * so the store may be written meanwhile. `failed` leaves out the accepted ones whose sub-receipt nobody has changed.
   * @throws ReceiptChanged when the receipt itself is changed meanwhile
   */
  subReceiptItems(receipt: StoredReceipt, only: 'all' | 'failed'): Iterable<StoredItem> {
    return this.#subReceiptItems.of(receipt, only);
  }

  /** The item of one of its sub-receipts; undefined when it has no such one. */
  subReceiptItem(receipt: StoredReceipt, subReceiptId: number): StoredItem | undefined {
    return this.#subReceiptItems.one(receipt, subReceiptId);
  }

  /** Whether nobody has changed it since it was read. */
  isCurrent({ receiptId, revision }: StoredReceipt): boolean {
    return this.#byId.get(receiptId)?.revision === revision;
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

  /** On one state of the store: another process may change the receipt just now. */
  #withLists(find: () => ReceiptRow | undefined): StoredReceipt | undefined {
    return this.#db.snapshot(() => {
      const row = find();
      if (row === undefined) return undefined;
      return { ...row, history: this.#history.all(row.receiptId), references: this.#references.all(row.receiptId) };
    });
  }
}

const SELECT_RECEIPT = `SELECT id AS receiptId, NULL AS parentReceiptId, status_code AS statusCode, text,
  type_name AS typeName, last_changed AS lastChanged, batch_id AS batchId, shipment_id AS shipmentId,
  sub_receipts_from AS subReceiptsFrom, sub_receipts AS subReceipts, sub_receipts_dated AS subReceiptsDated,
  published_as AS publishedAs, revision FROM receipt`;

/** The contract's ids are xs:int. */
const LARGEST_INT = 2_147_483_647;

type ReceiptRow = Omit<StoredReceipt, 'history' | 'references'>;
