import {
  newReferences,
  type ReceiptHead,
  type ReceiptReference,
  type ReceiptStatusCode,
  type ReferenceTypeName,
} from '../domain/receipt.js';
import type { Database, Statement } from './database.js';

/** What a sub-receipt says since somebody updated it or its item was tried again. */
export interface SubReceiptChange {
  readonly statusCode: ReceiptStatusCode;
  readonly text: string;
  readonly lastChanged: string;
  /** Older texts, newest first. */
  readonly history: readonly string[];
  /** Those that were added to the ones that follow from its item. */
  readonly references: readonly ReceiptReference[];
}

/** What takes the place of a sub-receipt's status and text; its old text goes to the top of its history. */
export interface SubReceiptUpdate {
  /** As it stands before the update; it says which one is meant. */
  readonly before: ReceiptHead;
  readonly statusCode: ReceiptStatusCode;
  readonly text: string;
  readonly lastChanged: string;
  /** Added after those that it has; one that is there already is not added again. */
  readonly references: readonly ReceiptReference[];
}

type Range = [first: number, last: number];

/** The few sub-receipts that say something else than their items do; all others are no rows. */
export class SubReceiptChanges {
  readonly #changes: Statement<Range, ChangeRow>;
  readonly #history: Statement<Range, [id: number, text: string]>;
  readonly #references: Statement<Range, [id: number, type: ReferenceTypeName, value: string]>;
  readonly #write: Statement<[number, number, string, string, string], never>;
  readonly #addHistory: Statement<[number, number, string], never>;
  readonly #addReference: Statement<[number, string, string, number], never>;

  constructor(db: Database) {
    this.#changes = db.prepareTuples(
      `SELECT sub_receipt_id, status_code, text, last_changed FROM sub_receipt_change
       WHERE sub_receipt_id >= ? AND sub_receipt_id <= ?`,
    );
    this.#history = db.prepareTuples(
      `SELECT sub_receipt_id, text FROM sub_receipt_history
       WHERE sub_receipt_id >= ? AND sub_receipt_id <= ? ORDER BY sub_receipt_id, ordinal DESC`,
    );
    this.#references = db.prepareTuples(
      `SELECT sub_receipt_id, reference_type, reference_value FROM sub_receipt_reference
       WHERE sub_receipt_id >= ? AND sub_receipt_id <= ? ORDER BY sub_receipt_id, ordinal`,
    );
    this.#write = db.prepare(
      `INSERT INTO sub_receipt_change (sub_receipt_id, receipt_id, status_code, text, last_changed) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (sub_receipt_id) DO UPDATE
         SET status_code = excluded.status_code, text = excluded.text, last_changed = excluded.last_changed`,
    );
    this.#addHistory = db.prepare('INSERT INTO sub_receipt_history (sub_receipt_id, ordinal, text) VALUES (?, ?, ?)');
    this.#addReference = db.prepare(
      `INSERT INTO sub_receipt_reference (sub_receipt_id, ordinal, reference_type, reference_value)
       SELECT ?, coalesce(max(ordinal), 0) + 1, ?, ? FROM sub_receipt_reference WHERE sub_receipt_id = ?`,
    );
  }

  /** Of the sub-receipts with these ids, both ends included. */
  in(first: number, last: number): ReadonlyMap<number, SubReceiptChange> {
    const rows = this.#changes.all(first, last);
    if (rows.length === 0) return NONE;
    const found = new Map<number, { history: string[]; references: ReceiptReference[] } & SubReceiptChange>();
    for (const [id, statusCode, text, lastChanged] of rows) {
      found.set(id, { statusCode, text, lastChanged, history: [], references: [] });
    }
    for (const [id, text] of this.#history.all(first, last)) found.get(id)?.history.push(text);
    for (const [id, type, value] of this.#references.all(first, last)) found.get(id)?.references.push({ type, value });
    return found;
  }

  write(receiptId: number, { before, statusCode, text, lastChanged, references }: SubReceiptUpdate): void {
    const id = before.receiptId;
    this.#write.run(id, receiptId, statusCode, text, lastChanged);
    this.#addHistory.run(id, before.history.length + 1, before.text);
    for (const { type, value } of newReferences(before.references, references)) {
      this.#addReference.run(id, type, value, id);
    }
  }
}

const NONE: ReadonlyMap<number, SubReceiptChange> = new Map();

type ChangeRow = [id: number, statusCode: ReceiptStatusCode, text: string, lastChanged: string];
