import type { Database, SqlNamed, Statement } from './database.js';
import type { InstanceState } from './form-task-store.js';
import { sqlBoolean } from './sql-boolean.js';
import type { SubscriptionState } from './subscription-store.js';

/** Which subscriptions a listing is to hold; null does not narrow it. */
export interface SubscriptionFilter {
  readonly reportee: string | null;
  readonly serviceCode: string | null;
  readonly serviceEditionCode: string | null;
  /** Active ones that are scheduled for that day or an earlier one: those that an activation on that day takes. */
  readonly dueBy: string | null;
  readonly state: SubscriptionState | null;
  /** Only those with a form task that waits for its prefill. */
  readonly isHeld: boolean;
}

/** What a listing tells of a subscription. */
export interface SubscriptionEntry {
  readonly id: number;
  /** The item that says how it is now. */
  readonly itemId: number;
  readonly ownerCode: string;
  readonly reportee: string;
  readonly serviceCode: string;
  /** Null: the newest. */
  readonly serviceEditionCode: string | null;
  readonly state: SubscriptionState;
  /** Null when its content was purged, as with all that follow from it. */
  readonly periodType: string | null;
  readonly startDate: string | null;
  readonly expirationDate: string | null;
  /** Null when there is none any more. */
  readonly nextScheduledDate: string | null;
  readonly nextDueDate: string | null;
  /** How many are behind it, counted from the dates that it was last sent with. */
  readonly periods: number;
  /** How many of all gave no instance. */
  readonly passedOver: number;
}

/** All that is on record of a subscription. */
export interface SubscriptionDetails extends SubscriptionEntry {
  readonly batchId: number;
  readonly fileName: string;
  readonly line: number;
  readonly systemUserCode: string;
  readonly shipmentReference: string | null;
  /** As they were sent. */
  readonly firstScheduledDate: string | null;
  readonly firstDueDate: string | null;
  readonly visibleDate: string | null;
  readonly caseId: number | null;
  readonly identifyingFields: readonly string[];
  readonly endedAt: string | null;
  /** Newest first. */
  readonly changes: readonly SubscriptionChange[];
  /** The newest, newest first. */
  readonly instances: readonly InstanceEntry[];
  /** How many there are in all. */
  readonly instanceCount: number;
}

/** What has happened to it besides its periods, and how it was before. */
export interface SubscriptionChange {
  readonly at: string;
  readonly kind: 'sent again' | 'cancelled';
  /** The item that it was sent again with. */
  readonly itemId: number | null;
  readonly itemIdBefore: number;
  readonly stateBefore: SubscriptionState | null;
  readonly nextScheduledDateBefore: string | null;
  readonly nextDueDateBefore: string | null;
  readonly periodsBefore: number | null;
  readonly user: string | null;
  readonly why: string | null;
}

/** An instance that it has given. */
export interface InstanceEntry {
  readonly id: number;
  /** From 1. */
  readonly period: number;
  readonly scheduledDate: string;
  readonly dueDate: string;
  readonly visibleDate: string | null;
  readonly serviceEditionCode: string;
  readonly state: InstanceState;
  /** The item of the form set that it began with. */
  readonly formSetId: number | null;
  /** Of the batch that it was sent out in. */
  readonly outboundReference: string | null;
  readonly issues: readonly string[];
}

type Ids = Statement<[SqlNamed], number>;

/** The log of subscriptions: reads only. */
export class SubscriptionLog {
  readonly #all: Ids;
  readonly #ofReportee: Ids;
  readonly #ofService: Ids;
  readonly #ofState: Ids;
  readonly #due: Ids;
  readonly #held: Ids;
  readonly #entry: Statement<[number], SubscriptionEntry>;
  readonly #details: Statement<[number], DetailsRow>;
  readonly #idOfItem: Statement<[number], number>;
  readonly #identifyingFields: Statement<[number], string>;
  readonly #changes: Statement<[number], SubscriptionChange>;
  readonly #instances: Statement<[number, number], Omit<InstanceEntry, 'issues'>>;
  readonly #instanceCount: Statement<[number], number>;
  readonly #issues: Statement<[number], string>;

  constructor(db: Database) {
    const ids = (from: string, where: string, order = 'schedule.id DESC'): Ids =>
      db.prepareValue(`SELECT schedule.id FROM ${from} WHERE ${where} AND ${MATCHES} ORDER BY ${order} LIMIT @limit`);
    const before = 'schedule.id < @before';
    this.#all = ids('subscription_schedule AS schedule NOT INDEXED', before);
    this.#ofReportee = db.prepareValue(
      `SELECT found.item_id FROM item_by_reportee AS found
         CROSS JOIN subscription_schedule AS schedule ON schedule.id = found.item_id
       WHERE found.reportee = @reportee AND found.item_id < @before AND ${MATCHES}
       ORDER BY found.item_id DESC LIMIT @limit`,
    );
    this.#ofService = ids(
      'subscription_schedule AS schedule INDEXED BY subscription_schedule_service',
      `schedule.service_code = @serviceCode AND ${before}`,
    );
    this.#ofState = ids(
      'subscription_schedule AS schedule INDEXED BY subscription_schedule_state',
      `schedule.state = @state AND ${before}`,
    );
    this.#due = ids(
      'subscription_schedule AS schedule INDEXED BY subscription_schedule_due',
      `schedule.state = 'active' AND schedule.next_scheduled_date <= @dueBy
         AND (schedule.next_scheduled_date, schedule.id) < (@beforeDate, @before)`,
      'schedule.next_scheduled_date DESC, schedule.id DESC',
    );
    this.#held = db.prepareValue(
      `SELECT waiting.subscription_id FROM form_task_instance AS waiting INDEXED BY form_task_instance_held_of
         CROSS JOIN subscription_schedule AS schedule ON schedule.id = waiting.subscription_id
       WHERE waiting.state = 'held' AND waiting.subscription_id < @before AND ${MATCHES}
       GROUP BY waiting.subscription_id ORDER BY waiting.subscription_id DESC LIMIT @limit`,
    );
    this.#entry = db.prepare(`SELECT ${COLUMNS} FROM ${SCHEDULE} WHERE schedule.id = ?`);
    this.#details = db.prepare(
      `SELECT ${COLUMNS}, batch.id AS batchId, batch.file_name AS fileName, item.line,
         shipment.system_user_code AS systemUserCode, shipment.reference AS shipmentReference,
         sent.next_scheduled_date AS firstScheduledDate, sent.next_due_date AS firstDueDate,
         sent.visible_date AS visibleDate, sent.case_id AS caseId, schedule.ended_at AS endedAt
       FROM ${SCHEDULE} JOIN shipment ON shipment.id = item.shipment_id JOIN batch ON batch.id = shipment.batch_id
       WHERE schedule.id = ?`,
    );
    // The item that brought it, the one that says how it is now, or one in between.
    this.#idOfItem = db.prepareValue(
      `SELECT known.subscription_id FROM item JOIN shipment ON shipment.id = item.shipment_id
         JOIN subscription AS sent ON sent.item_id = item.id
         JOIN subscription_key AS known ON known.reportee = item.reportee
           AND known.owner_code = substr(shipment.system_user_code, 1, 3) AND known.service_code = item.service_code
           AND known.service_edition_code = ifnull(sent.service_edition_code_given, '')
           AND known.start_date = substr(sent.start_date, 1, 10)
           AND known.identifying_fields_hash = ifnull(sent.identifying_fields_hash, '')
       WHERE item.id = ? AND shipment.state = 'accepted'`,
    );
    this.#identifyingFields = db.prepareValue(
      'SELECT value FROM subscription_identifying_field WHERE item_id = ? ORDER BY ordinal',
    );
    this.#changes = db.prepare(
      `SELECT at, kind, item_id AS itemId, item_id_before AS itemIdBefore, state_before AS stateBefore,
         next_scheduled_date_before AS nextScheduledDateBefore, next_due_date_before AS nextDueDateBefore,
         periods_before AS periodsBefore, user_name AS user, why
       FROM subscription_change WHERE subscription_id = ? ORDER BY id DESC`,
    );
    this.#instances = db.prepare(
      `SELECT instance.id, period + 1 AS period, scheduled_date AS scheduledDate, due_date AS dueDate,
         visible_date AS visibleDate, service_edition_code AS serviceEditionCode, instance.state,
         form_set_id AS formSetId, outbound_batch.reference AS outboundReference
       FROM form_task_instance AS instance LEFT JOIN outbound_batch ON outbound_batch.id = outbound_batch_id
       WHERE subscription_id = ? ORDER BY scheduled_date DESC LIMIT ?`,
    );
    this.#instanceCount = db.prepareValue('SELECT count(*) FROM form_task_instance WHERE subscription_id = ?');
    this.#issues = db.prepareValue('SELECT message FROM issue WHERE instance_id = ? ORDER BY id');
  }

  /**
   * At most `limit` of them, newest first, and only those with a lower id than `after`. Those that are due come by the day
   * that they are scheduled for, the latest first.
   */
  list(filter: SubscriptionFilter, after: number | null, limit: number): SubscriptionEntry[] {
    const last = after === null || filter.dueBy === null ? undefined : this.#entry.get(after);
    const asked = {
      ...filter,
      isHeld: sqlBoolean(filter.isHeld),
      before: after ?? Number.MAX_SAFE_INTEGER,
      beforeDate: last?.nextScheduledDate ?? LATER_THAN_ANY,
      limit,
    };
    return this.#idsBy(filter)
      .all(asked)
      .flatMap((id) => this.#entry.get(id) ?? []);
  }

  #idsBy({ reportee, dueBy, serviceCode, state, isHeld }: SubscriptionFilter): Ids {
    if (dueBy !== null && reportee === null) return this.#due;
    if (reportee !== null) return this.#ofReportee;
    if (isHeld) return this.#held;
    if (serviceCode !== null) return this.#ofService;
    return state === null ? this.#all : this.#ofState;
  }

  /** By its own id, or that of another item that it was sent with. At most so many of its instances. */
  find(id: number, mostInstances: number): SubscriptionDetails | undefined {
    const row = this.#details.get(id) ?? this.#ofItem(id);
    if (row === undefined) return undefined;
    return {
      ...row,
      identifyingFields: this.#identifyingFields.all(row.itemId),
      changes: this.#changes.all(row.id),
      instances: this.#instances
        .all(row.id, mostInstances)
        .map((instance) => ({ ...instance, issues: this.#issues.all(instance.id) })),
      instanceCount: this.#instanceCount.get(row.id) ?? 0,
    };
  }

  #ofItem(itemId: number): DetailsRow | undefined {
    const id = this.#idOfItem.get(itemId);
    return id === undefined ? undefined : this.#details.get(id);
  }
}

type DetailsRow = Omit<SubscriptionDetails, 'identifyingFields' | 'changes' | 'instances' | 'instanceCount'>;

const LATER_THAN_ANY = '~';

const SCHEDULE = `subscription_schedule AS schedule JOIN item ON item.id = schedule.item_id
  LEFT JOIN subscription AS sent ON sent.item_id = schedule.item_id`;

const COLUMNS = `schedule.id, schedule.item_id AS itemId, schedule.owner_code AS ownerCode, item.reportee,
  schedule.service_code AS serviceCode, schedule.service_edition_code AS serviceEditionCode, schedule.state,
  sent.period_type AS periodType, sent.start_date AS startDate, sent.expiration_date AS expirationDate,
  iif(schedule.state = 'active', schedule.next_scheduled_date, NULL) AS nextScheduledDate,
  iif(schedule.state = 'active', schedule.next_due_date, NULL) AS nextDueDate, schedule.periods,
  schedule.passed_over AS passedOver`;

/** Whatever the listing goes by: the rest of the filter. */
const MATCHES = `(@serviceCode IS NULL OR schedule.service_code = @serviceCode)
  AND (@serviceEditionCode IS NULL OR schedule.service_edition_code = @serviceEditionCode)
  AND (@state IS NULL OR schedule.state = @state)
  AND (@dueBy IS NULL OR schedule.state = 'active' AND schedule.next_scheduled_date <= @dueBy)
  AND (@isHeld = 0 OR EXISTS (SELECT 1 FROM form_task_instance AS one INDEXED BY form_task_instance_held_of
    WHERE one.subscription_id = schedule.id AND one.state = 'held'))`;
