import type { Database, Statement } from './database.js';
import type { ItemRange } from './item-id.js';

/** Makes the field prefill of an accepted shipment findable by its reportee; see search-keys.ts for why only then. */
export class PrefillFields {
  readonly #takeUp: Statement<[number, number], never>;

  constructor(db: Database) {
    this.#takeUp = db.prepare(
      `INSERT INTO prefill_field_by_reportee (reportee, item_id)
       SELECT item.reportee, item.id FROM prefill_field CROSS JOIN item ON item.id = prefill_field.item_id
       WHERE prefill_field.item_id >= ? AND prefill_field.item_id <= ? ORDER BY 1, 2 ON CONFLICT DO NOTHING`,
    );
  }

  /** Belongs into the transaction that accepts these items; those that are no fields change nothing. */
  takeUp({ first, last }: ItemRange): void {
    this.#takeUp.run(first, last);
  }
}
