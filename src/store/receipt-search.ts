import type { ReceiptStatusCode, SearchableReference } from '../domain/receipt.js';
import type { Database, SqlValue, Statement } from './database.js';

/** A receipt in a listing. */
export interface ListedReceipt {
  readonly receiptId: number;
  readonly type: string;
  readonly status: ReceiptStatusCode;
  /** Local time of the `timeZone` setting. */
  readonly lastChanged: string;
  /** Null for what was sent out. */
  readonly file: string | null;
  /** Null for a file that holds no shipment. */
  readonly systemUserCode: string | null;
  readonly reference: string | null;
  readonly subReceipts: number;
  /** The file in the outbox, relative to the home; null until it is there. */
  readonly receipt: string | null;
  readonly text: string;
}

/** Finds receipts and sub-receipts by what is on record of them. */
export class ReceiptSearch {
  readonly #byReference: readonly Statement<[string, string, number], number>[];
  readonly #bySendersReference: Statement<[string, number], number>;
  readonly #byArchiveReference: Statement<[string, number], number>;
  readonly #lastChanged: Statement<[number], string>;
  readonly #list: Statement<SqlValue[], ListedReceipt>;

  constructor(db: Database) {
    this.#byReference = ['receipt', 'sub_receipt'].map((kind) =>
      db.prepareValue(
        `SELECT ${kind}_id FROM ${kind}_reference WHERE reference_value = ? AND reference_type = ?
         ORDER BY ${kind}_id DESC LIMIT ?`,
      ),
    );
    this.#bySendersReference = db.prepareValue(
      `${subReceiptOfItem('item_by_senders_reference')} WHERE found.senders_reference = ? ${NEWEST_ITEMS}`,
    );
    this.#byArchiveReference = db.prepareValue(
      `${subReceiptOfItem('message')} WHERE found.archive_reference = ? AND shipment.state = 'accepted' ${NEWEST_ITEMS}`,
    );
    this.#lastChanged = db.prepareValue('SELECT last_changed FROM receipt WHERE id = ?');
    this.#list = db.prepare(
      `SELECT receipt.id AS receiptId, type_name AS type, status_code AS status, last_changed AS lastChanged,
         file_name AS file, coalesce(shipment.system_user_code, outbound_batch.system_user_code) AS systemUserCode,
         coalesce(shipment.reference, outbound_batch.reference) AS reference, sub_receipts AS subReceipts,
         receipt.published_as AS receipt, text
       FROM receipt LEFT JOIN batch ON batch.id = receipt.batch_id LEFT JOIN shipment ON shipment.id = receipt.shipment_id
         LEFT JOIN outbound_batch ON outbound_batch.receipt_id = receipt.id
       WHERE type_name = ? AND last_changed >= ? AND last_changed < ? AND (last_changed < ? OR receipt.id < ?)
       ORDER BY last_changed DESC, receipt.id DESC LIMIT ?`,
    );
  }

  /**
   * The ids of receipts and sub-receipts with that reference, newest first, at most `limit` of them. A sub-receipt has the
   * SendersReference of its item, and is found by the ArchiveReference of its message, too.
   */
  byReference(type: SearchableReference, value: string, limit: number): number[] {
    const ids = new Set(this.#byReference.flatMap((statement) => statement.all(value, type, limit)));
    const more = type === 'SendersReference' ? this.#bySendersReference : this.#byArchiveReference;
    if (type === 'SendersReference' || type === 'ArchiveReference')
      for (const id of more.all(value, limit)) ids.add(id);
    return [...ids].sort((a, b) => b - a).slice(0, limit);
  }

  /**
   * Receipts of a type, the one changed last first.
   * @param from the first LastChanged that is asked for; null: any
   * @param before the first one that no longer is; null: any
   * @param after goes on behind that receipt in the list
   */
  list(
    type: string,
    { from, before }: { readonly from: string | null; readonly before: string | null },
    { limit, after }: { readonly limit: number; readonly after: number | null },
  ): ListedReceipt[] {
    const last = after === null ? undefined : this.#lastChanged.get(after);
    const end = before ?? LATEST;
    // Where a page begins the index is entered, not read up to: what was changed in that second, and what before.
    const bound = last === undefined || `${last}~` > end ? end : `${last}~`;
    return this.#list.all(type, from ?? '', bound, last ?? LATEST, after ?? 0, limit);
  }
}

/** Behind every LastChanged. */
const LATEST = '~';

function subReceiptOfItem(table: string): string {
  return `SELECT receipt.sub_receipts_from + found.item_id % 1000000000 - 1 FROM ${table} AS found
    JOIN shipment ON shipment.id = found.item_id / 1000000000 JOIN receipt ON receipt.id = shipment.receipt_id`;
}

const NEWEST_ITEMS = 'AND receipt.sub_receipts > 0 ORDER BY found.item_id DESC LIMIT ?';
