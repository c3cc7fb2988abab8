import type { Format } from '../domain/format.js';
import type { ReceiptStatusCode, ReceiptTypeName } from '../domain/receipt.js';
import type { BatchState } from './batch-store.js';
import type { Database, SqlNamed, Statement } from './database.js';
import { itemIdOf } from './item-id.js';
import type { ItemState } from './sub-receipt-items.js';

/** What a text was found as. */
export type FoundKind =
  | 'batch'
  | 'item'
  | 'receipt'
  | 'subReceipt'
  | 'file'
  | 'shipmentReference'
  | 'outboundReference'
  | 'sendersReference'
  | 'reportee'
  | 'archiveReference';

/** Something that a text was found in. */
export interface Found {
  readonly kind: FoundKind;
  /** All of the value, or its beginning. */
  readonly match: 'exact' | 'beginning';
  readonly value: string;
  readonly batch: FoundBatch | null;
  readonly shipment: FoundShipment | null;
  readonly item: FoundItem | null;
  readonly receipt: FoundReceipt | null;
}

export interface FoundBatch {
  readonly id: number;
  readonly fileName: string;
  readonly state: BatchState;
  readonly status: ReceiptStatusCode | null;
}

export interface FoundShipment {
  readonly batchId: number;
  readonly format: Format;
  readonly systemUserCode: string;
  readonly status: ReceiptStatusCode | null;
}

export interface FoundItem {
  readonly id: number;
  readonly batchId: number;
  readonly ordinal: number;
  readonly line: number;
  readonly state: ItemState;
  readonly format: Format;
  readonly serviceCode: string | null;
  readonly serviceEditionCode: string | null;
}

export interface FoundReceipt {
  readonly id: number;
  /** Null for what was sent out. */
  readonly batchId: number | null;
  readonly statusCode: ReceiptStatusCode;
  readonly typeName: ReceiptTypeName;
  /** When one of its sub-receipts was found. */
  readonly subReceiptId: number | null;
}

/** What was found of one kind; `more` when there is more of it than was asked for. */
export interface FoundOfKind {
  readonly kind: FoundKind;
  readonly found: readonly Found[];
  readonly more: boolean;
}

interface Hit {
  /** Of what the value stands on. */
  readonly id: number;
  readonly value: string;
}

/** Finds what a text stands for: ids, names, references and reportees that are it, or begin with it. Nothing staged is found. */
export class Find {
  readonly #searches: readonly Search[];
  readonly #batch: Statement<[number], FoundBatch>;
  readonly #shipment: Statement<[number], FoundShipment>;
  readonly #item: Statement<[number], FoundItem>;
  readonly #receipt: Statement<[number], ReceiptRow>;
  readonly #receiptOfSubReceipt: Statement<[number], ReceiptRow>;

  constructor(db: Database) {
    const search = (kind: FoundKind, on: Target, id: string, from: string, value: string, where = 'TRUE'): Search => ({
      kind,
      on,
      exact: db.prepare(
        `SELECT ${id} AS id, ${value} AS value FROM ${from} WHERE ${value} = @text AND ${where}
         ORDER BY ${id} DESC LIMIT @limit`,
      ),
      beginning: db.prepare(
        `SELECT ${id} AS id, ${value} AS value FROM ${from} WHERE ${value} > @text AND ${value} < @end AND ${where}
         ORDER BY ${value} LIMIT @limit`,
      ),
    });
    const archived = "reference_type = 'ArchiveReference'";
    this.#searches = [
      search('file', 'batch', 'id', 'batch INDEXED BY batch_file_name', 'file_name'),
      search(
        'shipmentReference',
        'shipment',
        'id',
        'shipment INDEXED BY shipment_reference',
        'reference',
        "state <> 'staged'",
      ),
      search('outboundReference', 'receipt', 'receipt_id', 'outbound_batch', 'reference'),
      search('sendersReference', 'item', 'item_id', 'item_by_senders_reference', 'senders_reference'),
      search('reportee', 'item', 'item_id', 'item_by_reportee', 'reportee'),
      search('archiveReference', 'item', 'item_id', 'message', 'archive_reference', IS_SETTLED),
      search('archiveReference', 'item', 'item_id', 'message_reply_option', 'archive_reference', IS_SETTLED),
      search('archiveReference', 'receipt', 'receipt_id', 'receipt_reference', 'reference_value', archived),
      search('archiveReference', 'subReceipt', 'sub_receipt_id', 'sub_receipt_reference', 'reference_value', archived),
    ];
    this.#batch = db.prepare('SELECT id, file_name AS fileName, state, status FROM batch WHERE id = ?');
    this.#shipment = db.prepare(
      `SELECT batch_id AS batchId, format, system_user_code AS systemUserCode, status FROM shipment
       WHERE id = ? AND state <> 'staged'`,
    );
    this.#item = db.prepare(
      `SELECT id, batch_id AS batchId, ordinal, line, state, format, service_code AS serviceCode,
         service_edition_code AS serviceEditionCode
       FROM visible_item WHERE id = ?`,
    );
    this.#receipt = db.prepare(`${SELECT_RECEIPT} WHERE id = ?`);
    // Ranges never overlap, so it is in the one that begins last before it, or in none.
    this.#receiptOfSubReceipt = db.prepare(
      `${SELECT_RECEIPT} WHERE sub_receipts_from <= ? ORDER BY sub_receipts_from DESC, sub_receipts DESC LIMIT 1`,
    );
  }

  /** At most `limit` of each kind: first what is the text, newest first, then what begins with it, in the order of the alphabet. */
  find(text: string, limit: number): FoundOfKind[] {
    const kinds = new Map<FoundKind, Found[]>();
    const add = (one: Found | undefined) => {
      if (one === undefined) return;
      const found = kinds.get(one.kind);
      if (found === undefined) kinds.set(one.kind, [one]);
      else found.push(one);
    };
    if (/^\d{1,15}$/.test(text)) for (const one of this.#byId(Number(text))) add(one);
    for (const search of this.#searches) {
      // The file of a batch that went out is named by its reference.
      const asked = search.kind === 'outboundReference' ? text.replace(/\.xml$/, '') : text;
      for (const one of this.#byText(search, asked, limit + 1)) add(one);
    }
    return [...kinds].map(([kind, found]) => ({ kind, found: found.slice(0, limit), more: found.length > limit }));
  }

  #byId(id: number): (Found | undefined)[] {
    const exact = { match: 'exact', value: String(id) } as const;
    return [
      this.#onBatch({ kind: 'batch', ...exact }, id),
      this.#onItem({ kind: 'item', ...exact }, id),
      this.#onReceipt({ kind: 'receipt', ...exact }, id),
      this.#onSubReceipt({ kind: 'subReceipt', ...exact }, id),
    ];
  }

  *#byText({ kind, on, exact, beginning }: Search, text: string, limit: number): Generator<Found | undefined> {
    const asked = { text, end: text + AFTER_ALL_TEXT };
    const whole = exact.all({ ...asked, limit });
    for (const { id, value } of whole) yield this.#on(on, { kind, match: 'exact', value }, id);
    if (whole.length >= limit) return;
    for (const { id, value } of beginning.all({ ...asked, limit: limit - whole.length })) {
      yield this.#on(on, { kind, match: 'beginning', value }, id);
    }
  }

  #on(target: Target, how: How, id: number): Found | undefined {
    switch (target) {
      case 'batch':
        return this.#onBatch(how, id);
      case 'shipment':
        return this.#onShipment(how, id);
      case 'item':
        return this.#onItem(how, id);
      case 'receipt':
        return this.#onReceipt(how, id);
      case 'subReceipt':
        return this.#onSubReceipt(how, id);
    }
  }

  #onBatch(how: How, batchId: number): Found | undefined {
    const batch = this.#batch.get(batchId);
    return batch === undefined ? undefined : { ...NOTHING, ...how, batch };
  }

  #onShipment(how: How, shipmentId: number): Found | undefined {
    const shipment = this.#shipment.get(shipmentId);
    if (shipment === undefined) return undefined;
    return { ...NOTHING, ...how, batch: this.#batch.get(shipment.batchId) ?? null, shipment };
  }

  #onItem(how: How, itemId: number): Found | undefined {
    const item = this.#item.get(itemId);
    return item === undefined ? undefined : { ...NOTHING, ...how, batch: this.#batch.get(item.batchId) ?? null, item };
  }

  #onReceipt(how: How, receiptId: number): Found | undefined {
    const row = this.#receipt.get(receiptId);
    return row === undefined ? undefined : this.#withReceipt(how, row, null);
  }

  #onSubReceipt(how: How, subReceiptId: number): Found | undefined {
    const row = this.#receiptOfSubReceipt.get(subReceiptId);
    const isIn = row !== undefined && subReceiptId < row.subReceiptsFrom + row.subReceipts;
    return isIn ? this.#withReceipt(how, row, subReceiptId) : undefined;
  }

  #withReceipt(how: How, row: ReceiptRow, subReceiptId: number | null): Found {
    const { id, batchId, shipmentId, subReceiptsFrom, statusCode, typeName } = row;
    const ordinal = subReceiptId === null ? null : subReceiptId - subReceiptsFrom + 1;
    const item = shipmentId === null || ordinal === null ? null : this.#item.get(itemIdOf(shipmentId, ordinal));
    return {
      ...NOTHING,
      ...how,
      batch: batchId === null ? null : (this.#batch.get(batchId) ?? null),
      item: item ?? null,
      receipt: { id, batchId, statusCode, typeName, subReceiptId },
    };
  }
}

type Target = 'batch' | 'shipment' | 'item' | 'receipt' | 'subReceipt';
type How = Pick<Found, 'kind' | 'match' | 'value'>;

interface Search {
  readonly kind: FoundKind;
  readonly on: Target;
  readonly exact: Statement<[SqlNamed], Hit>;
  readonly beginning: Statement<[SqlNamed], Hit>;
}

interface ReceiptRow extends Omit<FoundReceipt, 'subReceiptId'> {
  readonly shipmentId: number | null;
  readonly subReceiptsFrom: number;
  readonly subReceipts: number;
}

const NOTHING = { batch: null, shipment: null, item: null, receipt: null };

/** No text that begins with something comes after that followed by the last of all characters. */
const AFTER_ALL_TEXT = '\u{10ffff}';

/** Of a row below an item, whose id holds that of its shipment (item-id.ts). */
const IS_SETTLED = "(SELECT state FROM shipment WHERE shipment.id = item_id / 1000000000) <> 'staged'";

const SELECT_RECEIPT = `SELECT id, batch_id AS batchId, shipment_id AS shipmentId, sub_receipts_from AS subReceiptsFrom,
  sub_receipts AS subReceipts, status_code AS statusCode, type_name AS typeName FROM receipt`;
