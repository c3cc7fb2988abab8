import { InternalFault } from '../domain/faults.js';
import type { Issue } from '../domain/issue.js';
import type { Database, Statement } from './database.js';
import { type ItemRange, itemIdOf, ordinalOf, pagesOf } from './item-id.js';
import type { ItemRemoval } from './item-removal.js';
import type { ItemWriter } from './item-writer.js';
import type { ItemState } from './sub-receipt-items.js';

/** Where a staged item stands in the work file. */
export interface StagedPlace {
  readonly byteOffset: number;
  readonly byteLength: number;
  readonly ordinal: number;
}

/** Fails the staged items of one Reportee, for a fault of the Reportee itself. */
export class ReporteeFailure {
  readonly #reporteeOf: Statement<[number], number>;
  readonly #items: Statement<[number, number], StagedRow>;
  readonly #has: Statement<[number, string], number>;
  readonly #setFailed: Statement<[number, number], never>;

  constructor(
    db: Database,
    readonly writer: ItemWriter,
    readonly removal: ItemRemoval,
  ) {
    this.#reporteeOf = db.prepareValue('SELECT reportee_ordinal FROM item WHERE id = ?');
    this.#items = db.prepareTuples(
      `SELECT id, byte_offset, byte_length, state, senders_reference FROM item WHERE id >= ? AND id <= ? ORDER BY id`,
    );
    this.#has = db.prepareValue('SELECT count(*) FROM issue WHERE item_id = ? AND message = ?');
    this.#setFailed = db.prepare(
      `UPDATE item SET state = 'failed' WHERE id >= ? AND id <= ? AND (state = 'accepted' OR state = 'ignored')`,
    );
  }

  /** The Reportee's items among the first `staged` of the shipment: they stand together, and Reportees in order. */
  rangeOf(shipmentId: number, staged: number, reporteeOrdinal: number): ItemRange {
    const first = this.#firstFrom(shipmentId, staged, reporteeOrdinal);
    const next = this.#firstFrom(shipmentId, staged, reporteeOrdinal + 1);
    return { first, last: next - 1 };
  }

  /**
   * Returns how many of the items were accepted and ignored until now. One that has the fault already, from its own chunk or from before
   * a crash, does not get it a second time.
   */
  fail(
    batchId: number,
    range: ItemRange,
    fault: Issue,
    at: string,
    rawXmlOf: (item: StagedPlace) => string,
  ): { accepted: number; ignored: number } {
    const before = { accepted: 0, ignored: 0 };
    for (const page of pagesOf(range, ITEMS_PER_PAGE)) {
      for (const [itemId, byteOffset, byteLength, state, reference] of this.#items.all(page.first, page.last)) {
        if (state === 'accepted' || state === 'ignored') {
          before[state]++;
          this.writer.writeRawXml(itemId, rawXmlOf({ byteOffset, byteLength, ordinal: ordinalOf(itemId) }), false);
        }
        if (this.#has.get(itemId, fault.message) !== 0) continue;
        const own = fault.reference === null ? { ...fault, reference } : fault;
        this.writer.writeIssue(batchId, itemId, own, at);
      }
      this.removal.removeContent(page);
      this.#setFailed.run(page.first, page.last);
    }
    return before;
  }

  /** Id of the first staged item of that Reportee or a later one, by halving; the one after the last when there is none. */
  #firstFrom(shipmentId: number, staged: number, reporteeOrdinal: number): number {
    let low = 1;
    let high = staged + 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const found = this.#reporteeOf.get(itemIdOf(shipmentId, middle));
      if (typeof found !== 'number')
        throw new InternalFault(`Item ${middle} of shipment ${shipmentId} has no Reportee.`);
      if (found < reporteeOrdinal) low = middle + 1;
      else high = middle;
    }
    return itemIdOf(shipmentId, low);
  }
}

const ITEMS_PER_PAGE = 500;

type StagedRow = [
  id: number,
  byteOffset: number,
  byteLength: number,
  state: ItemState,
  sendersReference: string | null,
];
