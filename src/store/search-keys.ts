import type { Database, Statement } from './database.js';
import type { ItemRange } from './item-id.js';

/**
 * Makes the items of a settled shipment findable by reportee and by sender's reference. Sorted and all at once, that takes
 * a fifth of the time that indexes take which are kept up while staging: reportees come in any order.
 */
export class SearchKeys {
  readonly #statements: readonly Statement<[number, number], never>[];

  constructor(db: Database) {
    this.#statements = ['reportee', 'senders_reference'].map((key) =>
      db.prepare(
        `INSERT INTO item_by_${key} (${key}, item_id)
         SELECT ${key}, id FROM item WHERE id >= ? AND id <= ? AND ${key} IS NOT NULL ORDER BY ${key}, id`,
      ),
    );
  }

  add({ first, last }: ItemRange): void {
    for (const statement of this.#statements) statement.run(first, last);
  }
}
