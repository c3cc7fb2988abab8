import type { Database, Statement } from './database.js';
import { type ItemRange, pagesOf } from './item-id.js';
import { IS_IN_FORCE } from './prefill-in-force.js';

/**
 * Puts the form sets of an accepted prefill shipment in force: in file order, each replaces those in force with the same
 * key (reportee, service, edition, identifying fields) whose validity overlaps its own (formats.md section 5).
 *
 * Those in force under one key never overlap, so in the order of their ends they are also in that of their beginnings:
 * the overlapping ones stand together, and each is found by one look at the index, however many there are.
 */
export class PrefillReplacement {
  readonly #count: Statement<[number, number], number>;
  readonly #putUnrivalledInForce: Statement<[number, number], never>;
  readonly #rivals: Statement<[number, number], FormSet>;
  readonly #earlierEndingFrom: Statement<[string, string, string, string, string, number], InForce>;
  readonly #firstLater: Statement<[string, number, string, string, string, string, string], number>;
  readonly #firstEndingFrom: Statement<[string, string, string, string, string], InForce>;
  readonly #replace: Statement<[number, number], never>;
  readonly #putInForce: Statement<FormSet, never>;
  readonly #endForce: Statement<[string, string, string, string, string, number], never>;

  constructor(db: Database) {
    this.#count = db.prepareValue('SELECT count(*) FROM prefill_form_set WHERE item_id >= ? AND item_id <= ?');
    this.#putUnrivalledInForce = db.prepare(
      `INSERT INTO prefill_in_force
         (item_id, reportee, service_code, service_edition_code, identifying_fields_hash, first_day, last_day)
       SELECT min(item_id), ${KEY_AND_DAYS} FROM prefill_form_set AS new WHERE item_id >= ? AND item_id <= ?
       GROUP BY reportee, service_code, service_edition_code, identifying_fields_hash
       HAVING count(*) = 1 AND NOT EXISTS (
         SELECT 1 FROM prefill_in_force AS earlier
         WHERE earlier.reportee = new.reportee AND earlier.service_code = new.service_code
           AND earlier.service_edition_code = new.service_edition_code
           AND earlier.identifying_fields_hash = ifnull(new.identifying_fields_hash, '')
       )`,
    );
    this.#rivals = db.prepareTuples(
      `SELECT item_id, ${KEY_AND_DAYS} FROM prefill_form_set
       WHERE item_id >= ? AND item_id <= ? AND NOT ${IS_IN_FORCE} ORDER BY item_id`,
    );
    this.#firstEndingFrom = db.prepareTuples(
      `SELECT item_id, first_day, last_day FROM prefill_in_force
       WHERE reportee = ? AND service_code = ? AND service_edition_code = ? AND identifying_fields_hash = ?
         AND last_day >= ?
       ORDER BY last_day LIMIT 1`,
    );
    this.#earlierEndingFrom = db.prepareTuples(
      `SELECT item_id, first_day, last_day FROM prefill_in_force
       WHERE reportee = ? AND service_code = ? AND service_edition_code = ? AND identifying_fields_hash = ?
         AND last_day >= ? AND item_id < ?
       ORDER BY last_day LIMIT 1`,
    );
    this.#firstLater = db.prepareValue(
      `SELECT later.item_id FROM item_by_reportee AS key
         JOIN prefill_form_set AS later ON later.item_id = key.item_id JOIN item ON item.id = key.item_id
       WHERE key.reportee = ? AND key.item_id > ? AND item.state = 'accepted'
         AND later.service_code = ? AND later.service_edition_code = ? AND ifnull(later.identifying_fields_hash, '') = ?
         AND substr(later.valid_to, 1, 10) >= ? AND substr(later.valid_from, 1, 10) <= ?
       ORDER BY key.item_id LIMIT 1`,
    );
    this.#replace = db.prepare('INSERT INTO prefill_replacement (item_id, replaced_by) VALUES (?, ?)');
    this.#putInForce = db.prepare(
      `INSERT INTO prefill_in_force
         (item_id, reportee, service_code, service_edition_code, identifying_fields_hash, first_day, last_day)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#endForce = db.prepare(
      `DELETE FROM prefill_in_force
       WHERE reportee = ? AND service_code = ? AND service_edition_code = ? AND identifying_fields_hash = ?
         AND last_day = ? AND item_id = ?`,
    );
  }

  /** First, in one statement, those whose key neither the shipment nor the store has a second time: mostly all of them. */
  putInForce(range: ItemRange): void {
    const unrivalled = this.#putUnrivalledInForce.run(range.first, range.last);
    if (unrivalled === this.#count.get(range.first, range.last)) return;
    let last: FormSet | null = null;
    for (const page of pagesOf(range, FORM_SETS_PER_PAGE)) {
      for (const one of this.#rivals.all(page.first, page.last)) {
        if (last === null || !isSameKeyAndValidity(last, one)) {
          if (last !== null) this.#putInForce.run(...last);
          this.#replaceOverlapping(one);
        } else {
          // It replaces just that one, which then need not be put in force first.
          this.#replace.run(last[0], one[0]);
        }
        last = one;
      }
    }
    if (last !== null) this.#putInForce.run(...last);
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
    const [itemId, reportee, service, edition, hash, firstDay, lastDay] = one;
    for (;;) {
      const found = this.#earlierEndingFrom.get(reportee, service, edition, hash, firstDay, itemId);
      if (found === undefined || found[1] > lastDay) break;
      this.#endForce.run(reportee, service, edition, hash, found[2], found[0]);
      this.#replace.run(found[0], itemId);
    }
    const later = this.#firstLater.get(reportee, itemId, service, edition, hash, firstDay, lastDay);
    if (later === undefined) this.#putInForce.run(...one);
    else this.#replace.run(itemId, later);
  }

  #replaceOverlapping([itemId, reportee, service, edition, hash, firstDay, lastDay]: FormSet): void {
    for (;;) {
      const found = this.#firstEndingFrom.get(reportee, service, edition, hash, firstDay);
      if (found === undefined || found[1] > lastDay) return;
      this.#endForce.run(reportee, service, edition, hash, found[2], found[0]);
      this.#replace.run(found[0], itemId);
    }
  }
}

const FORM_SETS_PER_PAGE = 1000;

/** The days are without their zones: a validity is a matter of calendar days. */
const KEY_AND_DAYS = `reportee, service_code, service_edition_code, ifnull(identifying_fields_hash, ''),
  substr(valid_from, 1, 10), substr(valid_to, 1, 10)`;

type FormSet = [
  itemId: number,
  reportee: string,
  serviceCode: string,
  serviceEditionCode: string,
  /** Empty when there are no identifying fields. */
  identifyingFieldsHash: string,
  firstDay: string,
  lastDay: string,
];

type InForce = readonly [itemId: number, firstDay: string, lastDay: string];

function isSameKeyAndValidity(one: FormSet, other: FormSet): boolean {
  for (let field = 1; field < one.length; field++) if (one[field] !== other[field]) return false;
  return true;
}
