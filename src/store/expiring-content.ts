import type { Database, Statement } from './database.js';

/** The kinds of content that an accepted item holds, as the settings name them. */
export type ContentKind = 'messages' | 'prefill' | 'subscriptions';

/** The column of a table of content whose date says from when on the content may go. */
interface Expiry {
  readonly kind: ContentKind;
  readonly table: string;
  readonly column: string;
}

const EXPIRIES: readonly Expiry[] = [
  { kind: 'messages', table: 'message', column: 'allow_system_delete_date_time' },
  { kind: 'prefill', table: 'prefill_form_set', column: 'valid_to' },
  { kind: 'prefill', table: 'prefill_field', column: 'valid_to' },
  { kind: 'subscriptions', table: 'subscription', column: 'expiration_date' },
];

export function expiringContents(db: Database): readonly ExpiringContent[] {
  db.exec(
    `CREATE TEMP TABLE expired_date (date TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
     CREATE TEMP TABLE expired_item (item_id INTEGER PRIMARY KEY, date TEXT NOT NULL) STRICT;`,
  );
  return EXPIRIES.map((one) => new ExpiringContent(db, one));
}

/** An item whose content has had its day. */
export type ExpiredItem = readonly [itemId: number, date: string];

/**
 * A table of content that expires. The dates are kept as they were sent, with or without a zone, and only their reader can
 * tell which of them are over: so they are gone through one by one. What has expired is gathered first, in tables of this
 * connection's own, and removed in the order of the items: in that of the dates each would cost pages all over the store.
 */
export class ExpiringContent {
  readonly kind: ContentKind;
  readonly #db: Database;
  readonly #succession: PrefillSuccession | null;
  readonly #nextDate: Statement<[string, string], string>;
  readonly #count: Statement<[string], number>;
  readonly #clear: readonly Statement<[], never>[];
  readonly #addDate: Statement<[string], never>;
  readonly #addItems: Statement<[], never>;
  readonly #expired: Statement<[number, number], ExpiredItem>;
  readonly #delete: Statement<[number, string], never>;

  constructor(db: Database, { kind, table, column }: Expiry) {
    this.#db = db;
    this.kind = kind;
    this.#succession = table === 'prefill_form_set' ? new PrefillSuccession(db) : null;
    const isGiven = `${column} IS NOT NULL`;
    this.#nextDate = db.prepareValue(
      `SELECT ${column} FROM ${table} WHERE ${isGiven} AND ${column} > ? AND ${column} < ? ORDER BY ${column} LIMIT 1`,
    );
    this.#count = db.prepareValue(
      `SELECT count(*) FROM ${table} JOIN shipment ON shipment.id = item_id / 1000000000
       WHERE ${isGiven} AND ${column} = ? AND shipment.state = 'accepted'`,
    );
    this.#clear = ['expired_date', 'expired_item'].map((one) => db.prepare(`DELETE FROM temp.${one}`));
    this.#addDate = db.prepare('INSERT INTO temp.expired_date (date) VALUES (?)');
    this.#addItems = db.prepare(
      `INSERT INTO temp.expired_item (item_id, date)
       SELECT item_id, date FROM temp.expired_date CROSS JOIN ${table} ON ${isGiven} AND ${column} = date
         JOIN shipment ON shipment.id = item_id / 1000000000
       WHERE date > '' AND shipment.state = 'accepted' ORDER BY item_id`,
    );
    this.#expired = db.prepareTuples(
      'SELECT item_id, date FROM temp.expired_item WHERE item_id > ? ORDER BY item_id LIMIT ?',
    );
    this.#delete = db.prepare(`DELETE FROM ${table} WHERE item_id = ? AND ${column} = ?`);
  }

  /** How many items of accepted shipments `gather` would gather, date by date. */
  *count(beforeDay: string, isOver: (date: string) => boolean): Generator<number> {
    let date = this.#nextDate.get('', beforeDay);
    for (; date !== undefined; date = this.#nextDate.get(date, beforeDay)) {
      yield isOver(date) ? (this.#count.get(date) ?? 0) : 0;
    }
  }

  /**
   * Gathers the items of accepted shipments whose date is over, some dates at a step and then the items.
   * @param beforeDay yyyy-MM-dd: no date that is over is this day or later, whatever its zone
   */
  *gather(beforeDay: string, isOver: (date: string) => boolean): Generator<void> {
    for (const statement of this.#clear) statement.run();
    let date: string | undefined = '';
    while (date !== undefined) {
      const from: string = date;
      date = this.#db.snapshot(() => this.#gatherDates(from, beforeDay, isOver));
      yield;
    }
    this.#addItems.run();
  }

  /** @returns the date to go on from; undefined when there is none after it */
  #gatherDates(from: string, beforeDay: string, isOver: (date: string) => boolean): string | undefined {
    let last = from;
    for (let dates = 0; dates < DATES_PER_STEP; dates++) {
      const date = this.#nextDate.get(last, beforeDay);
      if (date === undefined) return undefined;
      if (isOver(date)) this.#addDate.run(date);
      last = date;
    }
    return last;
  }

  /** What was gathered, by item id; nothing is held open between one and the next. */
  *expired(): Generator<ExpiredItem> {
    let page: readonly ExpiredItem[] = [];
    do {
      page = this.#expired.all(page.at(-1)?.[0] ?? 0, ITEMS_PER_PAGE);
      yield* page;
    } while (page.length === ITEMS_PER_PAGE);
  }

  /** Removes what an item holds, with all that hangs on it. False when it no longer has it, or another date by now. */
  remove([itemId, date]: ExpiredItem): boolean {
    this.#succession?.closeGap(itemId);
    return this.#delete.run(itemId, date) > 0;
  }
}

const DATES_PER_STEP = 500;
const ITEMS_PER_PAGE = 1000;

/** Keeps who replaced whom told when one in the middle goes: what it had replaced counts as replaced by what replaced it. */
class PrefillSuccession {
  readonly #successor: Statement<[number], number>;
  readonly #handOn: Statement<[number, number], never>;

  constructor(db: Database) {
    this.#successor = db.prepareValue('SELECT replaced_by FROM prefill_replacement WHERE item_id = ?');
    this.#handOn = db.prepare('UPDATE prefill_replacement SET replaced_by = ? WHERE replaced_by = ?');
  }

  closeGap(itemId: number): void {
    const successor = this.#successor.get(itemId);
    if (successor !== undefined) this.#handOn.run(successor, itemId);
  }
}
