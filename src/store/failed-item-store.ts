import type { Database, Statement } from './database.js';
import { type ItemRange, itemRangeOf, ordinalOf, pagesOf } from './item-id.js';

/** An item that was not accepted, and what is kept of it. */
export interface FailedItem {
  readonly itemId: number;
  /** 1-based, in file order. */
  readonly ordinal: number;
  readonly state: 'failed' | 'refused';
  /** Where it begins in the file. */
  readonly line: number;
  readonly position: number;
  readonly reporteeOrdinal: number | null;
  readonly sendersReference: string | null;
  /**
   * Its raw XML: whole, its beginning only, or none: it was removed since, or never kept, for the item has no fault of its
   * own and was refused with its shipment.
   */
  readonly rawXml: 'whole' | 'truncated' | 'none';
}

const ITEMS_PER_PAGE = 1000;

/** Reads what is kept of items that were not accepted. */
export class FailedItemStore {
  readonly #failed: Statement<[number, number], FailedRow>;
  readonly #any: Statement<[number], number>;
  readonly #rawXml: Statement<[number], string>;

  constructor(db: Database) {
    this.#failed = db.prepareTuples(
      `SELECT id, state, line, position, reportee_ordinal, senders_reference, truncated
       FROM item LEFT JOIN item_raw_xml ON item_id = id
       WHERE id >= ? AND id <= ? AND (state = 'failed' OR state = 'refused') ORDER BY id`,
    );
    this.#any = db.prepareValue('SELECT 1 FROM item WHERE id = ?');
    this.#rawXml = db.prepareValue('SELECT raw_xml FROM item_raw_xml WHERE item_id = ?');
  }

  /** Those of a shipment, in file order, read a page at a time: the store may be written in between. */
  *ofShipment(shipmentId: number, items: number): Generator<FailedItem> {
    for (const page of pagesOf(itemRangeOf(shipmentId, items), ITEMS_PER_PAGE)) yield* this.#in(page);
  }

  /** Undefined when it is no failed or refused item. */
  byId(itemId: number): FailedItem | undefined {
    return this.#in({ first: itemId, last: itemId })[0];
  }

  /** Whether there is an item with that id, failed or not. */
  isItem(itemId: number): boolean {
    return this.#any.get(itemId) !== undefined;
  }

  /** As it was kept: a document of its own, with the envelope's header fields and the namespaces in scope. */
  rawXml(itemId: number): string | undefined {
    return this.#rawXml.get(itemId);
  }

  #in({ first, last }: ItemRange): FailedItem[] {
    return this.#failed.all(first, last).map(toFailedItem);
  }
}

type FailedRow = [
  id: number,
  state: FailedItem['state'],
  line: number,
  position: number,
  reporteeOrdinal: number | null,
  sendersReference: string | null,
  truncated: 0 | 1 | null,
];

const KEPT = { 0: 'whole', 1: 'truncated' } as const;

function toFailedItem(row: FailedRow): FailedItem {
  return {
    itemId: row[0],
    ordinal: ordinalOf(row[0]),
    state: row[1],
    line: row[2],
    position: row[3],
    reporteeOrdinal: row[4],
    sendersReference: row[5],
    rawXml: row[6] === null ? 'none' : KEPT[row[6]],
  };
}
