import type { Database, Statement } from './database.js';
import { type ItemRange, pagesOf } from './item-id.js';

/**
 * Puts the form sets of an accepted prefill shipment in force: in file order, each replaces those in force with the same
 * key (reportee, service, edition, identifying fields) whose validity overlaps its own (formats.md section 5).
 *
 * Those in force under one key never overlap, so in the order of their ends they are also in that of their beginnings:
 * the overlapping ones stand together, and each is found by one look at the index, however many there are.
 */
export class PrefillReplacement {
  readonly #putUnrivalledInForce: Statement<[number, number], never>;
  readonly #rivals: Statement<[number, number], FormSet>;
  readonly #earlierEndingFrom: Statement<[string, string, string, string | null, string, number], InForce>;
  readonly #firstLater: Statement<[string, number, string, string, string | null, string, string], number>;
  readonly #firstEndingFrom: Statement<[string, string, string, string | null, string], InForce>;
  readonly #replace: Statement<[number, number], never>;
  readonly #setInForce: Statement<[0 | 1, number], never>;

  constructor(db: Database) {
    this.#putUnrivalledInForce = db.prepare(
      `UPDATE prefill_form_set AS new SET in_force = 1
       WHERE item_id IN (
         SELECT min(item_id) FROM prefill_form_set WHERE item_id >= ? AND item_id <= ?
         GROUP BY reportee, service_code, service_edition_code, identifying_fields_hash HAVING count(*) = 1
       ) AND NOT EXISTS (
         SELECT 1 FROM prefill_form_set AS earlier
         WHERE earlier.in_force = 1 AND earlier.reportee = new.reportee AND earlier.service_code = new.service_code
           AND earlier.service_edition_code = new.service_edition_code
           AND earlier.identifying_fields_hash IS new.identifying_fields_hash
       )`,
    );
    this.#rivals = db.prepareTuples(
      `SELECT item_id, reportee, service_code, service_edition_code, identifying_fields_hash,
         substr(valid_from, 1, 10), substr(valid_to, 1, 10)
       FROM prefill_form_set WHERE item_id >= ? AND item_id <= ? AND in_force = 0 ORDER BY item_id`,
    );
    this.#firstEndingFrom = db.prepareTuples(
      `SELECT item_id, substr(valid_from, 1, 10) FROM prefill_form_set
       WHERE in_force = 1 AND reportee = ? AND service_code = ? AND service_edition_code = ?
         AND identifying_fields_hash IS ? AND substr(valid_to, 1, 10) >= ?
       ORDER BY substr(valid_to, 1, 10) LIMIT 1`,
    );
    this.#earlierEndingFrom = db.prepareTuples(
      `SELECT item_id, substr(valid_from, 1, 10) FROM prefill_form_set
       WHERE in_force = 1 AND reportee = ? AND service_code = ? AND service_edition_code = ?
         AND identifying_fields_hash IS ? AND substr(valid_to, 1, 10) >= ? AND item_id < ?
       ORDER BY substr(valid_to, 1, 10) LIMIT 1`,
    );
    this.#firstLater = db.prepareValue(
      `SELECT later.item_id FROM item_by_reportee AS key
         JOIN prefill_form_set AS later ON later.item_id = key.item_id JOIN item ON item.id = key.item_id
       WHERE key.reportee = ? AND key.item_id > ? AND item.state = 'accepted'
         AND later.service_code = ? AND later.service_edition_code = ? AND later.identifying_fields_hash IS ?
         AND substr(later.valid_to, 1, 10) >= ? AND substr(later.valid_from, 1, 10) <= ?
       ORDER BY key.item_id LIMIT 1`,
    );
    this.#replace = db.prepare('INSERT INTO prefill_replacement (item_id, replaced_by) VALUES (?, ?)');
    this.#setInForce = db.prepare('UPDATE prefill_form_set SET in_force = ? WHERE item_id = ?');
  }

  /** First, in one statement, those whose key neither the shipment nor the store has a second time: mostly all of them. */
  putInForce(range: ItemRange): void {
    this.#putUnrivalledInForce.run(range.first, range.last);
    let last: FormSet | null = null;
    for (const page of pagesOf(range, FORM_SETS_PER_PAGE)) {
      for (const one of this.#rivals.all(page.first, page.last)) {
        if (last === null || !isSameKeyAndValidity(last, one)) {
          if (last !== null) this.#setInForce.run(1, last[0]);
          this.#replaceOverlapping(one);
        } else {
          // It replaces just that one, which then need not be put in force first.
          this.#replace.run(last[0], one[0]);
        }
        last = one;
      }
    }
    if (last !== null) this.#setInForce.run(1, last[0]);
  }

  /**
   * The same for form sets that were sent before others that are in force by now: each is put where it would stand had it
   * been accepted at once. So those that came after it and overlap it have replaced it already.
   */
  putInForceLate(range: ItemRange): void {
    for (const page of pagesOf(range, FORM_SETS_PER_PAGE)) {
      for (const one of this.#rivals.all(page.first, page.last)) this.#putOneInForceLate(one);
    }
  }

  #putOneInForceLate(one: FormSet): void {
    const [itemId, reportee, service, edition, hash, validFrom, validTo] = one;
    for (;;) {
      const found = this.#earlierEndingFrom.get(reportee, service, edition, hash, validFrom, itemId);
      if (found === undefined || found[1] > validTo) break;
      this.#setInForce.run(0, found[0]);
      this.#replace.run(found[0], itemId);
    }
    const later = this.#firstLater.get(reportee, itemId, service, edition, hash, validFrom, validTo);
    if (later === undefined) this.#setInForce.run(1, itemId);
    else this.#replace.run(itemId, later);
  }

  #replaceOverlapping([itemId, reportee, service, edition, hash, validFrom, validTo]: FormSet): void {
    for (;;) {
      const found = this.#firstEndingFrom.get(reportee, service, edition, hash, validFrom);
      if (found === undefined || found[1] > validTo) return;
      this.#setInForce.run(0, found[0]);
      this.#replace.run(found[0], itemId);
    }
  }
}

const FORM_SETS_PER_PAGE = 1000;

/** The dates are without their zones: a validity is a matter of calendar days. */
type FormSet = readonly [
  itemId: number,
  reportee: string,
  serviceCode: string,
  serviceEditionCode: string,
  identifyingFieldsHash: string | null,
  validFrom: string,
  validTo: string,
];

type InForce = readonly [itemId: number, validFrom: string];

function isSameKeyAndValidity(one: FormSet, other: FormSet): boolean {
  for (let field = 1; field < one.length; field++) if (one[field] !== other[field]) return false;
  return true;
}
