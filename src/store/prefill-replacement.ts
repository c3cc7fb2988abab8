import type { Database, Statement } from './database.js';
import { type ItemRange, pagesOf } from './item-id.js';

/**
 * Puts the form sets of an accepted prefill shipment in force: in file order, each replaces those in force with the same
 * reportee, service, edition and identifying fields whose validity overlaps its own (formats.md section 5).
 *
 * Those in force under one key never overlap, so in the order of their ends they are also in that of their beginnings:
 * the overlapping ones stand together, and each is found by one look at the index, however many there are.
 */
export class PrefillReplacement {
  readonly #formSets: Statement<[number, number], FormSetRow>;
  readonly #firstEndingFrom: Statement<[string, string, string, string | null, string], InForceRow>;
  readonly #replace: Statement<[number, number], never>;
  readonly #putInForce: Statement<[number], never>;

  constructor(db: Database) {
    this.#formSets = db.prepareTuples(
      `SELECT item_id, reportee, service_code, service_edition_code, identifying_fields_hash,
         substr(valid_from, 1, 10), substr(valid_to, 1, 10)
       FROM prefill_form_set WHERE item_id >= ? AND item_id <= ? ORDER BY item_id`,
    );
    this.#firstEndingFrom = db.prepareTuples(
      `SELECT item_id, substr(valid_from, 1, 10) FROM prefill_form_set
       WHERE in_force = 1 AND reportee = ? AND service_code = ? AND service_edition_code = ?
         AND identifying_fields_hash IS ? AND substr(valid_to, 1, 10) >= ?
       ORDER BY substr(valid_to, 1, 10) LIMIT 1`,
    );
    this.#replace = db.prepare('UPDATE prefill_form_set SET in_force = 0, replaced_by = ? WHERE item_id = ?');
    this.#putInForce = db.prepare('UPDATE prefill_form_set SET in_force = 1 WHERE item_id = ?');
  }

  putInForce(range: ItemRange): void {
    for (const { first, last } of pagesOf(range, FORM_SETS_PER_PAGE)) {
      for (const row of this.#formSets.all(first, last)) this.#putOneInForce(row);
    }
  }

  #putOneInForce([itemId, reportee, service, edition, hash, validFrom, validTo]: FormSetRow): void {
    for (;;) {
      const found = this.#firstEndingFrom.get(reportee, service, edition, hash, validFrom);
      if (found === undefined || found[1] > validTo) break;
      this.#replace.run(itemId, found[0]);
    }
    this.#putInForce.run(itemId);
  }
}

const FORM_SETS_PER_PAGE = 1000;

/** The dates without a zone: a validity is a matter of calendar days. */
type FormSetRow = [
  itemId: number,
  reportee: string,
  serviceCode: string,
  serviceEditionCode: string,
  identifyingFieldsHash: string | null,
  validFrom: string,
  validTo: string,
];

type InForceRow = [itemId: number, validFrom: string];
