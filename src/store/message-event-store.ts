import type { Format } from '../domain/format.js';
import type { LoginMethod, MessageEventKind, MessageState } from '../domain/message-event.js';
import type { Database, SqlNamed, SqlValue, Statement } from './database.js';

/** What a message's events are judged by. Times are UTC. */
export interface StoredMessage {
  readonly itemId: number;
  readonly groupId: number;
  readonly systemUserCode: string;
  readonly format: Format;
  readonly state: MessageState;
  readonly visibleAt: string;
  readonly readAt: string | null;
  readonly confirmedAt: string | null;
  readonly purgedAt: string | null;
}

/** Where an event came from. */
export interface EventSource {
  readonly kind: 'command' | 'file' | 'inbox';
  readonly batchId: number | null;
  readonly line: number | null;
}

/** An event as it goes on record; times are UTC. */
export interface NewMessageEvent {
  readonly kind: MessageEventKind;
  readonly at: string;
  readonly atGiven: string | null;
  readonly personNumber: string | null;
  readonly roles: string | null;
  readonly method: LoginMethod | null;
  readonly source: EventSource;
  readonly recordedAt: string;
}

/** Messages and what happens to them: found, and put on record. */
export class MessageEventStore {
  readonly #byId: Statement<[number], StoredMessage>;
  readonly #byReference: Statement<[SqlNamed], StoredMessage>;
  readonly #byReportee: Statement<[SqlNamed], StoredMessage>;
  readonly #insert: Statement<SqlValue[], never>;
  readonly #setRead: Statement<[string, number], never>;
  readonly #setConfirmed: Statement<[string, number], never>;

  constructor(db: Database) {
    this.#byId = db.prepare(`${SELECT_MESSAGE} WHERE message_status.item_id = ?`);
    this.#byReference = db.prepare(
      `${SELECT_MESSAGE_OF} item_by_senders_reference CROSS JOIN message_status ON message_status.item_id = item_by_senders_reference.item_id
         ${WITH_GROUP}
       WHERE item_by_senders_reference.senders_reference = @reference AND ${IS_OF_SENDER}
       ORDER BY item_by_senders_reference.item_id DESC LIMIT @limit`,
    );
    this.#byReportee = db.prepare(
      `${SELECT_MESSAGE_OF} item_by_reportee CROSS JOIN item ON item.id = item_by_reportee.item_id
         CROSS JOIN message_status ON message_status.item_id = item.id ${WITH_GROUP}
       WHERE item_by_reportee.reportee = @reportee AND item.senders_reference = @reference AND ${IS_OF_SENDER}
       ORDER BY item_by_reportee.item_id DESC LIMIT @limit`,
    );
    this.#insert = db.prepare(
      `INSERT INTO message_event (item_id, message_group_id, kind, at, at_given, person_number, roles, method, source,
         batch_id, line, recorded_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#setRead = db.prepare("UPDATE message_status SET state = 'Read', read_at = ? WHERE item_id = ?");
    this.#setConfirmed = db.prepare(
      "UPDATE message_status SET state = 'Confirmed', confirmed_at = ? WHERE item_id = ?",
    );
  }

  byId(itemId: number): StoredMessage | undefined {
    return this.#byId.get(itemId);
  }

  /**
   * Messages with that reference, the newest first; at most so many of them.
   * @param systemUserCode a whole code, or a service owner's three characters for all of its codes
   * @param reportee null: of any
   */
  byReference(systemUserCode: string, reference: string, reportee: string | null, most: number): StoredMessage[] {
    const asked = { systemUserCode, reference, limit: most };
    return reportee === null ? this.#byReference.all(asked) : this.#byReportee.all({ ...asked, reportee });
  }

  /** Puts an event on record and moves the message on; belongs into the transaction in which it was judged. */
  add({ itemId, groupId }: StoredMessage, event: NewMessageEvent): void {
    const { kind, at, atGiven, personNumber, roles, method, source, recordedAt } = event;
    const { batchId, line } = source;
    const by = [personNumber, roles, method] as const;
    this.#insert.run(itemId, groupId, kind, at, atGiven, ...by, source.kind, batchId, line, recordedAt);
    if (kind === 'Read') this.#setRead.run(at, itemId);
    else this.#setConfirmed.run(at, itemId);
  }
}

const SELECT_MESSAGE_OF = `SELECT message_status.item_id AS itemId, message_group_id AS groupId,
  system_user_code AS systemUserCode, format, message_status.state, visible_at AS visibleAt, read_at AS readAt,
  confirmed_at AS confirmedAt, purged_at AS purgedAt
  FROM`;
const WITH_GROUP = 'CROSS JOIN message_group ON message_group.id = message_group_id';
const SELECT_MESSAGE = `${SELECT_MESSAGE_OF} message_status ${WITH_GROUP}`;
const IS_OF_SENDER = `(system_user_code = @systemUserCode OR (length(@systemUserCode) = 3
  AND substr(system_user_code, 1, 4) IN (@systemUserCode || '-', @systemUserCode || '_')))`;
