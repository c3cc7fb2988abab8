import type { Database, SqlNamed, Statement } from './database.js';
import { type ItemRange, pagesOf } from './item-id.js';

/**
 * Begins the lives of the subscriptions of an accepted shipment; the same subscription sent again (service owner, reportee,
 * service, edition as given, StartDate and identifying fields) takes over the life of the one that is there.
 *
 * Keys are claimed in key order by one statement: of several items with one key the first has it, and all others, with
 * those whose key was there before, are that subscription sent again. Mostly there are none of these.
 */
export class SubscriptionIntake {
  readonly #db: Database;
  readonly #count: Statement<[SqlNamed], number>;
  readonly #claimKeys: Statement<[SqlNamed], never>;
  readonly #beginAll: Statement<[SqlNamed], never>;
  readonly #beginNew: Statement<[SqlNamed], never>;
  readonly #logChanges: Statement<[SqlNamed], never>;
  readonly #takeOver: Statement<[SqlNamed], never>;

  constructor(db: Database) {
    this.#db = db;
    this.#count = db.prepareValue('SELECT count(*) FROM subscription WHERE item_id >= @first AND item_id <= @last');
    this.#claimKeys = db.prepare(
      `INSERT INTO subscription_key (reportee, owner_code, service_code, service_edition_code, start_date,
         identifying_fields_hash, subscription_id)
       SELECT item.reportee, @ownerCode, item.service_code, ifnull(sent.service_edition_code_given, ''),
         substr(sent.start_date, 1, 10), ifnull(sent.identifying_fields_hash, ''), item.id
       FROM ${SENT} ORDER BY 1, 3, 4, 5, 6, 7 ON CONFLICT DO NOTHING`,
    );
    const begin = (where: string): Statement<[SqlNamed], never> =>
      db.prepare(
        `INSERT INTO subscription_schedule (id, item_id, owner_code, service_code, service_edition_code, state,
           next_scheduled_date, next_due_date)
         SELECT item.id, item.id, @ownerCode, item.service_code, sent.service_edition_code_given, 'active',
           substr(sent.next_scheduled_date, 1, 10), substr(sent.next_due_date, 1, 10)
         FROM ${SENT} AND ${where} ON CONFLICT DO NOTHING`,
      );
    this.#beginAll = begin('TRUE');
    this.#beginNew = begin(
      `EXISTS (SELECT 1 FROM subscription_key AS known WHERE ${IS_KEY} AND subscription_id = item.id)`,
    );
    // What came between, in the same shipment, never was in force: of that only is told which item it was.
    this.#logChanges = db.prepare(
      `INSERT INTO subscription_change (subscription_id, at, kind, item_id, item_id_before, state_before,
         next_scheduled_date_before, next_due_date_before, periods_before)
       SELECT id, @at, 'sent again', sent_item_id, coalesce(in_between, item_id), iif(in_between IS NULL, state, NULL),
         iif(in_between IS NULL, next_scheduled_date, NULL), iif(in_between IS NULL, next_due_date, NULL),
         iif(in_between IS NULL, periods, NULL)
       FROM (
         SELECT schedule.*, sent.item_id AS sent_item_id,
           lag(sent.item_id) OVER (PARTITION BY schedule.id ORDER BY sent.item_id) AS in_between
         FROM ${SENT_AGAIN}
       ) ORDER BY sent_item_id`,
    );
    // Where the dates are counted from what they were counted from before, the count goes on.
    this.#takeOver = db.prepare(
      `UPDATE subscription_schedule AS schedule SET item_id = now.item_id, state = 'active', ended_at = NULL,
         next_scheduled_date = iif(now.goes_on, schedule.next_scheduled_date, now.next_scheduled_date),
         next_due_date = iif(now.goes_on, schedule.next_due_date, now.next_due_date),
         periods = iif(now.goes_on, schedule.periods, 0)
       FROM (
         SELECT schedule.id, max(sent.item_id) AS item_id, substr(sent.next_scheduled_date, 1, 10) AS next_scheduled_date,
           substr(sent.next_due_date, 1, 10) AS next_due_date,
           substr(sent.next_scheduled_date, 1, 10) IS substr(earlier.next_scheduled_date, 1, 10)
             AND substr(sent.next_due_date, 1, 10) IS substr(earlier.next_due_date, 1, 10)
             AND sent.period_type IS earlier.period_type AS goes_on
         FROM ${SENT_AGAIN} LEFT JOIN subscription AS earlier ON earlier.item_id = schedule.item_id
         GROUP BY schedule.id
       ) AS now
       WHERE schedule.id = now.id`,
    );
  }

  /**
   * Belongs into the transaction that accepts these items, once their content is there; items that are none, or that it has
   * been told of before, change nothing. An item older than the one in force is no news: its sender has said more since.
   * @param ownerCode the service owner that sent them
   * @param at UTC
   */
  takeUp(range: ItemRange, ownerCode: string, at: string): void {
    this.#db.transaction(() => {
      const shipment = { ...range, ownerCode };
      const claimed = this.#claimKeys.run(shipment);
      if (claimed === (this.#count.get({ ...range }) ?? 0)) {
        this.#beginAll.run(shipment);
        return;
      }
      this.#beginNew.run(shipment);
      for (const page of pagesOf(range, ITEMS_PER_PAGE)) {
        const changed = this.#logChanges.run({ ...page, ownerCode, at });
        if (changed > 0) this.#takeOver.run({ ...page, ownerCode });
      }
    });
  }
}

/** An UPDATE gathers what it changes in memory first. */
const ITEMS_PER_PAGE = 10_000;

/** The subscriptions of a range of items, in their order. */
const SENT = `subscription AS sent CROSS JOIN item ON item.id = sent.item_id
  WHERE sent.item_id >= @first AND sent.item_id <= @last`;

const IS_KEY = `known.reportee = item.reportee AND known.owner_code = @ownerCode AND known.service_code = item.service_code
  AND known.service_edition_code = ifnull(sent.service_edition_code_given, '')
  AND known.start_date = substr(sent.start_date, 1, 10)
  AND known.identifying_fields_hash = ifnull(sent.identifying_fields_hash, '')`;

/** Those of them that are there already, by an older item. */
const SENT_AGAIN = `subscription AS sent CROSS JOIN item ON item.id = sent.item_id
  CROSS JOIN subscription_key AS known ON ${IS_KEY}
  CROSS JOIN subscription_schedule AS schedule ON schedule.id = known.subscription_id
    AND sent.item_id >= @first AND sent.item_id <= @last AND schedule.item_id < sent.item_id`;
