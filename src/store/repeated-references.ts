import type { Database, Statement } from './database.js';
import type { ItemRange } from './item-id.js';

/** An item whose reference stood on an earlier item of its shipment. */
export interface RepeatedReference {
  readonly itemId: number;
  readonly ordinal: number;
  readonly line: number;
  readonly position: number;
  readonly reference: string;
  /** Line of the first item with that reference. */
  readonly firstLine: number;
}

/** formats.md section 4: white space around it is ignored. */
const SHORT_NAME = 'trim(short_name, char(9, 10, 13, 32))';

/** Finds repeated references by sorting on the disk: no index is kept for it, and no set of references in memory. */
export class RepeatedReferences {
  readonly #any: Statement<[number, number], number>;
  readonly #gather: Statement<[number, number], never>;
  readonly #page: Statement<[number, number, number], RepeatedReference>;
  readonly #clear: Statement<[number, number], never>;

  constructor(db: Database) {
    db.exec(
      `CREATE TEMP TABLE repeated_reference (
         item_id INTEGER PRIMARY KEY, line INTEGER, position INTEGER, reference TEXT, first_line INTEGER
       ) STRICT`,
    );
    this.#any = db.prepareValue(
      `SELECT 1 FROM item WHERE id >= ? AND id <= ? AND senders_reference IS NOT NULL
       GROUP BY senders_reference, ${SHORT_NAME} HAVING count(*) > 1 LIMIT 1`,
    );
    this.#gather = db.prepare(
      `INSERT INTO temp.repeated_reference (item_id, line, position, reference, first_line)
       SELECT id, line, position, senders_reference, first_line
       FROM (
         SELECT id, line, position, senders_reference,
           row_number() OVER same AS place, first_value(line) OVER same AS first_line
         FROM item WHERE id >= ? AND id <= ? AND senders_reference IS NOT NULL
         WINDOW same AS (PARTITION BY senders_reference, ${SHORT_NAME} ORDER BY id)
       )
       WHERE place > 1 ORDER BY id`,
    );
    this.#page = db.prepare(
      `SELECT item_id AS itemId, item_id % 1000000000 AS ordinal, line, position, reference, first_line AS firstLine
       FROM temp.repeated_reference WHERE item_id >= ? AND item_id <= ? ORDER BY item_id LIMIT ?`,
    );
    this.#clear = db.prepare('DELETE FROM temp.repeated_reference WHERE item_id >= ? AND item_id <= ?');
  }

  /** In file order; the store may be written between one and the next. */
  *in({ first, last }: ItemRange): Generator<RepeatedReference> {
    if (this.#any.get(first, last) === undefined) return;
    this.#clear.run(first, last);
    this.#gather.run(first, last);
    try {
      let from = first;
      for (;;) {
        const page = this.#page.all(from, last, ROWS_PER_PAGE);
        yield* page;
        const end = page.at(-1);
        if (end === undefined || page.length < ROWS_PER_PAGE) return;
        from = end.itemId + 1;
      }
    } finally {
      this.#clear.run(first, last);
    }
  }
}

const ROWS_PER_PAGE = 1000;
