import type { PeriodType } from '../domain/period-type.js';
import type { Database, SqlValue, Statement } from './database.js';

/**
 * What has become of a subscription:
 *
 *   active --> ended       after its only or last period, past its ExpirationDate, or when its content was purged
 *          --> cancelled   by hand
 *
 * Sent again it is active, whatever it was. What is due no more comes no more, then, too.
 */
export const SUBSCRIPTION_STATES = ['active', 'ended', 'cancelled'] as const;

export type SubscriptionState = (typeof SUBSCRIPTION_STATES)[number];

/** A subscription whose turn has come, with what its periods are counted from. Dates are calendar days. */
export interface DueSubscription {
  readonly id: number;
  /** The item that says how it is now. */
  readonly itemId: number;
  readonly batchId: number;
  readonly ownerCode: string;
  readonly reportee: string;
  readonly serviceCode: string;
  /** Null: the newest. */
  readonly serviceEditionCodeGiven: string | null;
  /** The newest when it was taken in. */
  readonly serviceEditionCodeAtIntake: string;
  readonly identifyingFieldsHash: string | null;
  readonly startDate: string;
  readonly expirationDate: string | null;
  readonly firstScheduledDate: string;
  readonly firstDueDate: string;
  readonly firstVisibleDate: string | null;
  readonly periodType: PeriodType;
  readonly caseId: number | null;
  /** How many are behind it. */
  readonly periods: number;
}

/** Where a subscription goes on from. */
export interface SubscriptionStep {
  readonly state: 'active' | 'ended';
  readonly periods: number;
  /** Added to those that it has passed over. */
  readonly passedOver: number;
  /** Of the next period; null leaves them as they are. */
  readonly nextScheduledDate: string | null;
  readonly nextDueDate: string | null;
}

/** The lives of subscriptions, from the items that began them on: see subscription-intake.ts. */
export class SubscriptionStore {
  readonly #db: Database;
  readonly #dueFrom: Statement<[string, string, number, number], readonly [date: string, id: number]>;
  readonly #due: Statement<[number, string], DueSubscription>;
  readonly #moveOn: Statement<SqlValue[], never>;
  readonly #state: Statement<[number], SubscriptionState>;
  readonly #cancel: Statement<[string, number], never>;
  readonly #logCancel: Statement<[string, string, string, number], never>;
  readonly #dropHeld: Statement<[number], never>;

  constructor(db: Database) {
    this.#db = db;
    this.#dueFrom = db.prepareTuples(
      `SELECT next_scheduled_date, id FROM subscription_schedule
       WHERE state = 'active' AND next_scheduled_date <= ? AND (next_scheduled_date, id) > (?, ?)
       ORDER BY next_scheduled_date, id LIMIT ?`,
    );
    this.#due = db.prepare(
      `SELECT schedule.id, schedule.item_id AS itemId, shipment.batch_id AS batchId, schedule.owner_code AS ownerCode,
         item.reportee, schedule.service_code AS serviceCode, schedule.service_edition_code AS serviceEditionCodeGiven,
         item.service_edition_code AS serviceEditionCodeAtIntake, identifying_fields_hash AS identifyingFieldsHash,
         substr(start_date, 1, 10) AS startDate, substr(expiration_date, 1, 10) AS expirationDate,
         substr(sent.next_scheduled_date, 1, 10) AS firstScheduledDate, substr(sent.next_due_date, 1, 10) AS firstDueDate,
         substr(visible_date, 1, 10) AS firstVisibleDate, period_type AS periodType, case_id AS caseId, periods
       FROM subscription_schedule AS schedule JOIN subscription AS sent ON sent.item_id = schedule.item_id
         JOIN item ON item.id = schedule.item_id JOIN shipment ON shipment.id = item.shipment_id
       WHERE schedule.id = ? AND schedule.state = 'active' AND schedule.next_scheduled_date <= ?`,
    );
    this.#moveOn = db.prepare(
      `UPDATE subscription_schedule SET state = ?, periods = ?, passed_over = passed_over + ?,
         next_scheduled_date = coalesce(?, next_scheduled_date), next_due_date = coalesce(?, next_due_date), ended_at = ?
       WHERE id = ? AND item_id = ? AND periods = ? AND state = 'active'`,
    );
    this.#state = db.prepareValue('SELECT state FROM subscription_schedule WHERE id = ?');
    this.#cancel = db.prepare("UPDATE subscription_schedule SET state = 'cancelled', ended_at = ? WHERE id = ?");
    this.#logCancel = db.prepare(
      `INSERT INTO subscription_change (subscription_id, at, kind, user_name, why, item_id_before, state_before,
         next_scheduled_date_before, next_due_date_before, periods_before)
       SELECT id, ?, 'cancelled', ?, ?, item_id, state, next_scheduled_date, next_due_date, periods
       FROM subscription_schedule WHERE id = ?`,
    );
    this.#dropHeld = db.prepare(
      "UPDATE form_task_instance SET state = 'dropped' WHERE subscription_id = ? AND state = 'held'",
    );
  }

  /** The active ones with a period that is scheduled for a day or an earlier one, in the order of their ids: 8 bytes each. */
  dueIds(day: string): Float64Array {
    let ids = new Float64Array(1024);
    let count = 0;
    let [date, id]: readonly [string, number] = ['', 0];
    for (;;) {
      const page = this.#dueFrom.all(day, date, id, IDS_PER_PAGE);
      for (const row of page) {
        if (count === ids.length) ids = grown(ids);
        ids[count++] = row[1];
      }
      const last = page.at(-1);
      if (last === undefined || page.length < IDS_PER_PAGE) return ids.subarray(0, count).sort();
      [date, id] = last;
    }
  }

  /** One of them, if it still is. */
  due(id: number, day: string): DueSubscription | undefined {
    return this.#due.get(id, day);
  }

  /**
   * Has a subscription go on from where it was read; belongs into the transaction that makes what its period gives.
   * @returns false when it has been changed meanwhile: nothing is done then
   */
  moveOn(
    { id, itemId, periods }: Pick<DueSubscription, 'id' | 'itemId' | 'periods'>,
    to: SubscriptionStep,
    at: string,
  ): boolean {
    const { state, passedOver, nextScheduledDate, nextDueDate } = to;
    const values = [state, to.periods, passedOver, nextScheduledDate, nextDueDate, state === 'ended' ? at : null];
    return this.#moveOn.run(...values, id, itemId, periods) > 0;
  }

  /** Undefined when there is no such subscription. */
  stateOf(id: number): SubscriptionState | undefined {
    return this.#state.get(id);
  }

  /** Ends an active subscription by hand; what it still held comes no more. Returns how many instances these were. */
  cancel(id: number, { at, user, why }: { readonly at: string; readonly user: string; readonly why: string }): number {
    return this.#db.transaction(() => {
      this.#logCancel.run(at, user, why, id);
      this.#cancel.run(at, id);
      return this.#dropHeld.run(id);
    });
  }
}

const IDS_PER_PAGE = 10_000;

function grown(ids: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(ids.length * 2);
  larger.set(ids);
  return larger;
}
