import type { Database, Statement } from './database.js';
import { type ItemRange, pagesOf } from './item-id.js';

/** Takes items back. What hangs on a row goes with it by ON DELETE CASCADE, so nothing is left behind. */
export class ItemRemoval {
  readonly #items: Statement<[number, number], never>;
  readonly #content: readonly Statement<[number, number], never>[];

  constructor(db: Database) {
    this.#items = db.prepare('DELETE FROM item WHERE id >= ? AND id <= ?');
    this.#content = CONTENT_TABLES.map((table) =>
      db.prepare(`DELETE FROM ${table} WHERE item_id >= ? AND item_id <= ?`),
    );
  }

  /** Removes the items with their content, raw XML and Issues. */
  removeItems(range: ItemRange): void {
    for (const { first, last } of pagesOf(range, ITEMS_PER_STATEMENT)) this.#items.run(first, last);
  }

  /** Removes only what the items hold. */
  removeContent(range: ItemRange): void {
    for (const { first, last } of pagesOf(range, ITEMS_PER_STATEMENT)) {
      for (const statement of this.#content) statement.run(first, last);
    }
  }
}

/** A DELETE with cascades first gathers the rows' ids in memory. */
const ITEMS_PER_STATEMENT = 10_000;

const CONTENT_TABLES = ['prefill_form_set', 'prefill_field', 'subscription', 'message'];
