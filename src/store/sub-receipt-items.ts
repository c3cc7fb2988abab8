import { LockedFault } from '../domain/faults.js';
import type { Issue, IssueLevel } from '../domain/issue.js';
import type { Database, Statement } from './database.js';
import { type ItemRange, itemIdOf, itemRangeOf, ordinalOf, pagesOf } from './item-id.js';
import type { SubReceiptChange, SubReceiptChanges } from './sub-receipt-changes.js';

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
  /** What its sub-receipt says instead of what follows from the above; null as long as nobody changed that. */
  readonly change: SubReceiptChange | null;
}

/** What is to be known of a receipt to read its items. */
export interface ItemsOwner {
  readonly receiptId: number;
  readonly shipmentId: number | null;
  readonly subReceiptsFrom: number;
  readonly subReceipts: number;
  readonly revision: number;
}

const ITEMS_PER_PAGE = 1000;

/** Reads a shipment's items with their Issues and with what their sub-receipts say, in file order and a page at a time. */
export class SubReceiptItems {
  readonly #db: Database;
  readonly #changes: SubReceiptChanges;
  readonly #revision: Statement<[number], number>;
  readonly #all: Statement<[number, number], ItemRow>;
  readonly #notAccepted: Statement<[number, number], ItemRow>;
  readonly #issues: Statement<[number, number], IssueRow>;

  constructor(db: Database, changes: SubReceiptChanges) {
    this.#db = db;
    this.#changes = changes;
    this.#revision = db.prepareValue('SELECT revision FROM receipt WHERE id = ?');
    this.#all = db.prepareTuples(`${SELECT_ITEM} ORDER BY id`);
    this.#notAccepted = db.prepareTuples(`${SELECT_ITEM} AND state <> 'accepted' ORDER BY id`);
    this.#issues = db.prepareTuples(
      `SELECT item_id, code, level, message, line, position, reference
       FROM issue WHERE item_id >= ? AND item_id <= ? ORDER BY item_id, id`,
    );
  }

  /** @throws ReceiptChanged when the receipt is no longer as it was: then nothing of that page is given */
  *of(receipt: ItemsOwner, only: 'all' | 'failed'): Generator<StoredItem> {
    if (receipt.shipmentId === null) return;
    const range = itemRangeOf(receipt.shipmentId, receipt.subReceipts);
    for (const page of pagesOf(range, ITEMS_PER_PAGE)) {
      yield* this.#db.snapshot(() => {
        if (this.#revision.get(receipt.receiptId) !== receipt.revision) throw new ReceiptChanged(receipt.receiptId);
        return this.#page(receipt, page, only);
      });
    }
  }

  /** The item of one sub-receipt; undefined when the receipt has no such one. */
  one(receipt: ItemsOwner, subReceiptId: number): StoredItem | undefined {
    const ordinal = subReceiptId - receipt.subReceiptsFrom + 1;
    if (receipt.shipmentId === null || ordinal < 1 || ordinal > receipt.subReceipts) return undefined;
    const itemId = itemIdOf(receipt.shipmentId, ordinal);
    return this.#page(receipt, { first: itemId, last: itemId }, 'all')[0];
  }

  /** Rows and Issues are both in the order of the items: one pass over each joins them. */
  #page(receipt: ItemsOwner, page: ItemRange, only: 'all' | 'failed'): StoredItem[] {
    const idOf = (itemId: number) => receipt.subReceiptsFrom + ordinalOf(itemId) - 1;
    const changes = this.#changes.in(idOf(page.first), idOf(page.last));
    // One that was changed is told whatever became of its item.
    const statement = only === 'all' || changes.size > 0 ? this.#all : this.#notAccepted;
    const rows = statement.all(page.first, page.last);
    if (rows.length === 0) return [];
    const issues = this.#issues.all(page.first, page.last);
    const items: StoredItem[] = [];
    let next = 0;
    for (const row of rows) {
      const itemId = row[0];
      const change = changes.size === 0 ? null : (changes.get(idOf(itemId)) ?? null);
      if (only === 'failed' && row[1] === 'accepted' && change === null) continue;
      while (next < issues.length && itemOf(issues[next]) < itemId) next++;
      let own: readonly Issue[] = NONE;
      if (next < issues.length && itemOf(issues[next]) === itemId) {
        const first = next;
        while (next < issues.length && itemOf(issues[next]) === itemId) next++;
        own = issues.slice(first, next).map(toIssue);
      }
      items.push(toItem(row, own, change));
    }
    return items;
  }
}

/** Thrown out of reading a receipt that another process has changed meanwhile: what was read of it fits no more. */
export class ReceiptChanged extends LockedFault {
  constructor(receiptId: number) {
    super(`Receipt ${receiptId} was changed by another process while it was read. Run the command again.`);
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

function toItem(row: ItemRow, issues: readonly Issue[], change: SubReceiptChange | null): StoredItem {
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
    change,
  };
}
