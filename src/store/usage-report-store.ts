import type { MessageState } from '../domain/message-event.js';
import type { Database, SqlNamed, Statement } from './database.js';
import type { MessageGroup } from './message-groups.js';

/** Messages of one sender and service, how far they have come is to be reported. */
export interface ReportedGroup extends MessageGroup {
  readonly serviceName: string;
  /** So many days after sending. */
  readonly days: number;
}

/** The messages of one sender and service in a batch. */
export interface GroupInReport {
  readonly groupId: number;
  readonly serviceCode: string;
  readonly serviceEditionCode: string;
  readonly serviceName: string;
}

export interface StoredUsage {
  readonly itemId: number;
  readonly reportee: string | null;
  readonly state: MessageState;
  /** UTC: when it was accepted, or became visible where that was later. */
  readonly sentAt: string;
}

/** Which messages have been reported in usage data, so many days after they were sent: once for each number of days. */
export class UsageReportStore {
  readonly #groups: Statement<[], ReportedGroup>;
  readonly #due: Statement<[SqlNamed], number>;
  readonly #isReported: Statement<[number, number], number>;
  readonly #add: Statement<[SqlNamed], never>;
  readonly #addService: Statement<[number, number, string], never>;
  readonly #groupsOf: Statement<[number], GroupInReport>;
  readonly #page: Statement<[SqlNamed], StoredUsage>;

  constructor(db: Database) {
    this.#groups = db.prepare(
      `SELECT message_group.id, system_user_code AS systemUserCode, format, message_group.service_code AS serviceCode,
         message_group.service_edition_code AS serviceEditionCode, service.name AS serviceName,
         message_usage_report_days AS days
       FROM message_group CROSS JOIN service ON service.service_code = message_group.service_code
         AND service.service_edition_code = message_group.service_edition_code
       WHERE message_usage_report_days IS NOT NULL`,
    );
    this.#due = db.prepareValue(
      `SELECT item_id FROM message_status INDEXED BY message_status_of_group
       WHERE message_group_id = @group AND state = @state AND visible_at < @before
         AND NOT EXISTS (SELECT 1 FROM usage_report WHERE usage_report.item_id = message_status.item_id AND days = @days)
       LIMIT @most`,
    );
    this.#isReported = db.prepareValue('SELECT count(*) FROM usage_report WHERE item_id = ? AND days = ?');
    this.#add = db.prepare(
      `INSERT INTO usage_report (item_id, days, message_group_id, state, outbound_batch_id)
       SELECT item_id, @days, message_group_id, state, @batch FROM message_status WHERE item_id = @item`,
    );
    this.#addService = db.prepare(
      'INSERT INTO usage_report_service (outbound_batch_id, message_group_id, service_name) VALUES (?, ?, ?)',
    );
    this.#groupsOf = db.prepare(
      `SELECT message_group.id AS groupId, service_code AS serviceCode, service_edition_code AS serviceEditionCode,
         service_name AS serviceName
       FROM usage_report_service CROSS JOIN message_group ON message_group.id = usage_report_service.message_group_id
       WHERE outbound_batch_id = ?
       ORDER BY service_code, CAST(service_edition_code AS INTEGER), service_edition_code, message_group.id`,
    );
    this.#page = db.prepare(
      `SELECT usage_report.item_id AS itemId, item.reportee, usage_report.state, visible_at AS sentAt
       FROM usage_report CROSS JOIN item ON item.id = usage_report.item_id
         CROSS JOIN message_status ON message_status.item_id = usage_report.item_id
       WHERE outbound_batch_id = @batch AND usage_report.message_group_id = @group AND usage_report.item_id > @after
       ORDER BY usage_report.item_id LIMIT @limit`,
    );
  }

  /** Those whose service asks for usage data, as the catalogue says now. */
  groups(): ReportedGroup[] {
    return this.#groups.all();
  }

  /**
   * The messages of a group that are to be reported, so many at most. It looks at all messages of the group: not to be done
   * while others wait to write.
   * @param before UTC: those sent before then, `days` days ago
   */
  due({ id: group, days }: ReportedGroup, before: string, most: number): number[] {
    const items: number[] = [];
    for (const state of STATES) {
      const found = this.#due.all({ group, days, state, before, most: most - items.length });
      for (const item of found) items.push(item);
    }
    return items;
  }

  isReported(itemId: number, days: number): boolean {
    return this.#isReported.get(itemId, days) === 1;
  }

  /** Reports messages of a group in a batch, as they are now; belongs into the transaction that prepares it. Returns how many they are. */
  add({ id: group, days, serviceName }: ReportedGroup, itemIds: readonly number[], batch: number): number {
    if (itemIds.length > 0) this.#addService.run(batch, group, serviceName);
    return itemIds.reduce((sum, item) => sum + this.#add.run({ item, days, batch }), 0);
  }

  /** What a batch holds, by service and edition. */
  groupsOf(batch: number): GroupInReport[] {
    return this.#groupsOf.all(batch);
  }

  /** The messages of a group in a batch, in their order. Nothing stays open in the store between one and the next. */
  *messagesOf(batch: number, group: number): Generator<StoredUsage> {
    let after: number | undefined = 0;
    while (after !== undefined) {
      const page: StoredUsage[] = this.#page.all({ batch, group, after, limit: PAGE });
      yield* page;
      after = page.length < PAGE ? undefined : page.at(-1)?.itemId;
    }
  }
}

const PAGE = 1000;
const STATES: readonly MessageState[] = ['Unread', 'Read', 'Confirmed'];
