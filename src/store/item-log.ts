import type { Format } from '../domain/format.js';
import type { Issue } from '../domain/issue.js';
import type { Database, SqlNamed, Statement } from './database.js';
import { type ContentDigest, ItemContentReader } from './item-content-reader.js';
import { type ItemRange, itemRangeOf } from './item-id.js';
import type { ItemState } from './sub-receipt-items.js';

/** Which items of a batch a listing is to hold; null does not narrow it. */
export interface ItemFilter {
  readonly batchId: number;
  readonly state: ItemState | null;
  readonly reportee: string | null;
  /** SendersReference; AltUt: messageReference. */
  readonly sendersReference: string | null;
  readonly serviceCode: string | null;
  readonly serviceEditionCode: string | null;
}

/** What a listing tells of a DataItem (formats.md section 8). */
export interface ItemEntry {
  readonly id: number;
  readonly batchId: number;
  readonly format: Format;
  /** Its place in the shipment, from 1. */
  readonly ordinal: number;
  readonly line: number;
  readonly position: number;
  readonly state: ItemState;
  readonly serviceCode: string | null;
  readonly serviceEditionCode: string | null;
  readonly reportee: string | null;
  readonly sendersReference: string | null;
  /** AltUt only. */
  readonly shortName: string | null;
  /** Of every level. */
  readonly issues: number;
}

/** All that is on record of an item. */
export interface ItemDetails extends Omit<ItemEntry, 'issues'> {
  readonly fileName: string;
  readonly systemUserCode: string;
  readonly shipmentReference: string | null;
  readonly receiptId: number | null;
  /** Null when it has none: a shipment's sub-receipts are numbered in the order of its items. */
  readonly subReceiptId: number | null;
  readonly issues: readonly Issue[];
  /** Of a failed item. */
  readonly rawXml: { readonly xml: string; readonly truncated: boolean } | null;
  /** Of an accepted item; null when it is no longer kept. */
  readonly content: ContentDigest | null;
}

type Ids = Statement<[SqlNamed], number>;

/** The log of items: reads only, and only items of settled shipments. */
export class ItemLog {
  readonly #content: ItemContentReader;
  readonly #shipments: Statement<[number], { id: number; items: number }>;
  readonly #inRange: Ids;
  readonly #ofState: Ids;
  readonly #ofReportee: Ids;
  readonly #ofReference: Ids;
  readonly #entry: Statement<[number], ItemEntry>;
  readonly #details: Statement<[number], DetailsRow>;
  readonly #issues: Statement<[number], Issue>;
  readonly #rawXml: Statement<[number], { xml: string; truncated: number }>;

  constructor(db: Database) {
    this.#content = new ItemContentReader(db);
    // The planner does not know that a batch has two shipments at most.
    this.#shipments = db.prepare(
      `SELECT id, staged_items AS items FROM shipment WHERE batch_id = ? AND (state = 'accepted' OR state = 'failed')
       ORDER BY id DESC`,
    );
    const ids = (from: string, id: string, where: string): Ids =>
      db.prepareValue(
        `SELECT ${id} FROM ${from} WHERE ${where} AND ${id} >= @first AND ${id} <= @last AND ${MATCHES}
         ORDER BY ${id} DESC LIMIT @limit`,
      );
    const bySearchKey = (table: string, where: string): Ids =>
      ids(`${table} CROSS JOIN item ON item.id = ${table}.item_id`, `${table}.item_id`, `${table}.${where}`);
    this.#inRange = ids('item NOT INDEXED', 'item.id', 'TRUE');
    this.#ofState = ids(
      'item INDEXED BY item_not_accepted',
      'item.id',
      "item.state = @state AND item.state <> 'accepted'",
    );
    this.#ofReportee = bySearchKey('item_by_reportee', 'reportee = @reportee');
    this.#ofReference = bySearchKey('item_by_senders_reference', 'senders_reference = @sendersReference');
    this.#entry = db.prepare(
      `SELECT ${COLUMNS}, (SELECT count(*) FROM issue WHERE issue.item_id = visible_item.id) AS issues
       FROM visible_item WHERE id = ?`,
    );
    this.#details = db.prepare(
      `SELECT ${COLUMNS}, batch.file_name AS fileName,
         visible_item.system_user_code AS systemUserCode, shipment.reference AS shipmentReference,
         receipt.id AS receiptId, receipt.sub_receipts_from AS subReceiptsFrom, receipt.sub_receipts AS subReceipts
       FROM visible_item JOIN shipment ON shipment.id = visible_item.shipment_id
         JOIN batch ON batch.id = visible_item.batch_id LEFT JOIN receipt ON receipt.id = shipment.receipt_id
       WHERE visible_item.id = ?`,
    );
    this.#issues = db.prepare(
      'SELECT code, level, message, line, position, reference FROM issue WHERE item_id = ? ORDER BY id',
    );
    this.#rawXml = db.prepare('SELECT raw_xml AS xml, truncated FROM item_raw_xml WHERE item_id = ?');
  }

  /** At most `limit` of them, newest first (the last of the file is the newest), and only those with a lower id than `after`. */
  list(filter: ItemFilter, after: number | null, limit: number): ItemEntry[] {
    const ids: number[] = [];
    for (const { id, items } of this.#shipments.all(filter.batchId)) {
      const range = before(itemRangeOf(id, items), after);
      ids.push(...this.#ids(filter, range, limit - ids.length));
      if (ids.length >= limit) break;
    }
    return ids.flatMap((id) => this.#entry.get(id) ?? []);
  }

  /** Whether there is such an item, for a command that does not need to read all of it. */
  has(itemId: number): boolean {
    return this.#entry.get(itemId) !== undefined;
  }

  byId(itemId: number): ItemDetails | undefined {
    const row = this.#details.get(itemId);
    if (row === undefined) return undefined;
    const { subReceiptsFrom, subReceipts, ...rest } = row;
    const hasSubReceipt = subReceiptsFrom !== null && row.ordinal <= (subReceipts ?? 0);
    const raw = this.#rawXml.get(itemId);
    return {
      ...rest,
      subReceiptId: hasSubReceipt ? subReceiptsFrom + row.ordinal - 1 : null,
      issues: this.#issues.all(itemId),
      rawXml: raw === undefined ? null : { xml: raw.xml, truncated: raw.truncated === 1 },
      content: row.state === 'accepted' ? this.#content.read(itemId) : null,
    };
  }

  #ids(filter: ItemFilter, { first, last }: ItemRange, limit: number): number[] {
    const { batchId: _, ...asked } = filter;
    return this.#sourceOf(filter).all({ ...asked, first, last, limit });
  }

  /** By an index where there is one; otherwise the items of the shipment from the last one on, which stand together. */
  #sourceOf({ reportee, sendersReference, state }: ItemFilter): Ids {
    if (sendersReference !== null) return this.#ofReference;
    if (reportee !== null) return this.#ofReportee;
    return state === null || state === 'accepted' ? this.#inRange : this.#ofState;
  }
}

interface DetailsRow extends Omit<ItemDetails, 'issues' | 'rawXml' | 'content' | 'subReceiptId'> {
  readonly subReceiptsFrom: number | null;
  readonly subReceipts: number | null;
}

const MATCHES = `(@state IS NULL OR item.state = @state) AND (@reportee IS NULL OR item.reportee = @reportee)
  AND (@sendersReference IS NULL OR item.senders_reference = @sendersReference)
  AND (@serviceCode IS NULL OR item.service_code = @serviceCode)
  AND (@serviceEditionCode IS NULL OR item.service_edition_code = @serviceEditionCode)`;

const COLUMNS = `visible_item.id, visible_item.batch_id AS batchId, visible_item.format, visible_item.ordinal,
  visible_item.line, visible_item.position, visible_item.state, visible_item.service_code AS serviceCode,
  visible_item.service_edition_code AS serviceEditionCode, visible_item.reportee,
  visible_item.senders_reference AS sendersReference, visible_item.short_name AS shortName`;

function before({ first, last }: ItemRange, after: number | null): ItemRange {
  return { first, last: after === null ? last : Math.min(last, after - 1) };
}
