import type { Issue, IssueLevel } from '../domain/issue.js';
import type { Database, Statement } from './database.js';
import { type ItemRange, itemRangeOf, ordinalOf, pagesOf } from './item-id.js';

/**
 * `refused`: without a fault of its own, but its shipment was refused for too many failed items; `ignored`: of a service
 * that its service owner has passed over.
 */
export type ItemState = 'accepted' | 'failed' | 'refused' | 'ignored';

/** What is on record of an item besides its content: all that a sub-receipt tells. */
export interface StoredItem {
  /** 1-based, in file order. */
  readonly ordinal: number;
  readonly itemId: number;
  readonly state: ItemState;
  readonly line: number;
  readonly position: number;
  readonly serviceCode: string | null;
  readonly serviceEditionCode: string | null;
  readonly reportee: string | null;
  readonly sendersReference: string | null;
  readonly shortName: string | null;
  readonly issues: readonly Issue[];
}

const ITEMS_PER_PAGE = 1000;

/** Reads a shipment's items with their Issues, in file order and a page at a time. */
export class SubReceiptItems {
  readonly #all: Statement<[number, number], ItemRow>;
  readonly #notAccepted: Statement<[number, number], ItemRow>;
  readonly #issues: Statement<[number, number], IssueRow>;

  constructor(db: Database) {
    this.#all = db.prepareTuples(`${SELECT_ITEM} ORDER BY id`);
    this.#notAccepted = db.prepareTuples(`${SELECT_ITEM} AND (state = 'failed' OR state = 'refused') ORDER BY id`);
    this.#issues = db.prepareTuples(
      `SELECT item_id, code, level, message, line, position, reference
       FROM issue WHERE item_id >= ? AND item_id <= ? ORDER BY item_id, id`,
    );
  }

  *of(shipmentId: number, items: number, only: 'all' | 'failed'): Generator<StoredItem> {
    const statement = only === 'all' ? this.#all : this.#notAccepted;
    for (const page of pagesOf(itemRangeOf(shipmentId, items), ITEMS_PER_PAGE)) yield* this.#page(statement, page);
  }

  /** Rows and Issues are both in the order of the items: one pass over each joins them. */
  *#page(statement: Statement<[number, number], ItemRow>, page: ItemRange): Generator<StoredItem> {
    const rows = statement.all(page.first, page.last);
    if (rows.length === 0) return;
    const issues = this.#issues.all(page.first, page.last);
    let next = 0;
    for (const row of rows) {
      const itemId = row[0];
      while (next < issues.length && itemOf(issues[next]) < itemId) next++;
      let own: readonly Issue[] = NONE;
      if (next < issues.length && itemOf(issues[next]) === itemId) {
        const first = next;
        while (next < issues.length && itemOf(issues[next]) === itemId) next++;
        own = issues.slice(first, next).map(toIssue);
      }
      yield toItem(row, own);
    }
  }
}

const NONE: readonly Issue[] = [];

const SELECT_ITEM = `SELECT id, state, line, position, service_code, service_edition_code, reportee, senders_reference,
  short_name FROM item WHERE id >= ? AND id <= ?`;

type ItemRow = [
  id: number,
  state: ItemState,
  line: number,
  position: number,
  serviceCode: string | null,
  serviceEditionCode: string | null,
  reportee: string | null,
  sendersReference: string | null,
  shortName: string | null,
];

type IssueRow = [
  itemId: number,
  code: number,
  level: IssueLevel,
  message: string,
  line: number | null,
  position: number | null,
  reference: string | null,
];

function itemOf(row: IssueRow | undefined): number {
  return row?.[0] ?? Number.POSITIVE_INFINITY;
}

function toIssue(row: IssueRow): Issue {
  return { code: row[1], level: row[2], message: row[3], line: row[4], position: row[5], reference: row[6] };
}

function toItem(row: ItemRow, issues: readonly Issue[]): StoredItem {
  return {
    ordinal: ordinalOf(row[0]),
    itemId: row[0],
    state: row[1],
    line: row[2],
    position: row[3],
    serviceCode: row[4],
    serviceEditionCode: row[5],
    reportee: row[6],
    sendersReference: row[7],
    shortName: row[8],
    issues,
  };
}
