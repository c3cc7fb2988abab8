import type { Format } from '../domain/format.js';
import type { LoginMethod, MessageEventKind, MessageState, MessageStatus } from '../domain/message-event.js';
import type { Database, SqlNamed, Statement } from './database.js';
import { type Keyed, mergeNewest } from './merge-newest.js';
import type { EventSource } from './message-event-store.js';

/** Which messages a listing is to hold; null does not narrow it. Times are UTC. */
export interface MessageFilter {
  readonly status: MessageStatus | null;
  /** A service owner's three characters, or a system user code. */
  readonly owner: string | null;
  readonly serviceCode: string | null;
  readonly serviceEditionCode: string | null;
  readonly reportee: string | null;
  /** SendersReference; AltUt: messageReference. */
  readonly sendersReference: string | null;
  /** Only those that are still to be read, or confirmed where that is asked for, and are due by then. */
  readonly dueBy: string | null;
}

/** What a listing tells of a message. Times are UTC. */
export interface MessageEntry {
  readonly id: number;
  readonly batchId: number;
  readonly format: Format;
  readonly systemUserCode: string;
  readonly serviceCode: string;
  readonly serviceEditionCode: string;
  readonly reportee: string | null;
  readonly sendersReference: string | null;
  /** AltUt only. */
  readonly shortName: string | null;
  /** Null once its content is purged. */
  readonly title: string | null;
  readonly state: MessageState;
  readonly visibleAt: string;
  readonly dueAt: string | null;
  readonly requiresConfirmation: boolean;
  readonly readAt: string | null;
  readonly confirmedAt: string | null;
  readonly purgedAt: string | null;
}

/** All that is on record of a message but what it holds. */
export interface MessageDetails extends MessageEntry {
  readonly fileName: string;
  /** Of the shipment. */
  readonly reference: string | null;
  readonly acceptedAt: string;
  /** Which confirmations its service asks for, as the catalogue says now; null when the service is no longer there. */
  readonly confirmations: 'none' | 'opened' | 'confirmed' | null;
  /** In the order in which they were recorded. */
  readonly events: readonly StoredMessageEvent[];
}

export interface StoredMessageEvent {
  readonly kind: MessageEventKind;
  readonly at: string;
  readonly atGiven: string | null;
  readonly personNumber: string | null;
  readonly roles: string | null;
  readonly method: LoginMethod | null;
  readonly source: EventSource['kind'];
  /** Of the file that it came in; null when it came by a command. */
  readonly batchId: number | null;
  readonly line: number | null;
  readonly recordedAt: string;
}

type Keys = Statement<[SqlNamed], Keyed>;

/**
 * Looks messages up: reads only. They are listed by the time from which they are visible, the last first, and those that are
 * due by the time by which they are: then each status, whatever the clock says, is a range of an index.
 */
export class MessageLog {
  readonly #groups: Statement<[], Group>;
  readonly #visible: Keys;
  readonly #due: Keys;
  readonly #ofReportee: Keys;
  readonly #ofReference: Keys;
  readonly #dueOfReportee: Keys;
  readonly #dueOfReference: Keys;
  readonly #position: Statement<[number], Position>;
  readonly #entry: Statement<[number], EntryRow>;
  readonly #details: Statement<[number], DetailsRow>;
  readonly #events: Statement<[number], StoredMessageEvent>;

  constructor(db: Database) {
    this.#groups = db.prepare(
      `SELECT id, system_user_code AS systemUserCode, service_code AS serviceCode,
         service_edition_code AS serviceEditionCode FROM message_group ORDER BY id`,
    );
    this.#visible = db.prepare(
      `SELECT item_id AS id, visible_at AS at FROM message_status INDEXED BY message_status_of_group
       WHERE message_group_id = @group AND state = @state AND visible_at > @visibleAfter
         AND (visible_at, item_id) < (@at, @id)
       ORDER BY visible_at DESC, item_id DESC LIMIT @limit`,
    );
    this.#due = db.prepare(
      `SELECT item_id AS id, due_at AS at FROM message_status INDEXED BY message_status_due
       WHERE message_group_id = @group AND state = @state AND ${IS_TO_BE_DONE} AND (due_at, item_id) < (@at, @id)
         AND visible_at > @visibleAfter AND visible_at <= @visibleUpTo
       ORDER BY due_at DESC, item_id DESC LIMIT @limit`,
    );
    const ofItems = (table: string, where: string, key: string, more: string): Keys =>
      db.prepare(
        `SELECT message_status.item_id AS id, ${key} AS at
         FROM ${table} CROSS JOIN message_status ON message_status.item_id = ${table}.item_id
           CROSS JOIN item ON item.id = message_status.item_id
           CROSS JOIN message_group ON message_group.id = message_group_id
         WHERE ${table}.${where} AND ${more} AND (${key}, message_status.item_id) < (@at, @id) AND ${MATCHES}
         ORDER BY ${key} DESC, message_status.item_id DESC LIMIT @limit`,
      );
    const [byReportee, byReference] = [
      ['item_by_reportee', 'reportee = @reportee'],
      ['item_by_senders_reference', 'senders_reference = @sendersReference'],
    ] as const;
    this.#ofReportee = ofItems(...byReportee, 'visible_at', 'TRUE');
    this.#ofReference = ofItems(...byReference, 'visible_at', 'TRUE');
    this.#dueOfReportee = ofItems(...byReportee, 'due_at', IS_TO_BE_DONE);
    this.#dueOfReference = ofItems(...byReference, 'due_at', IS_TO_BE_DONE);
    this.#position = db.prepare(
      'SELECT visible_at AS visibleAt, due_at AS dueAt FROM message_status WHERE item_id = ?',
    );
    this.#entry = db.prepare(`SELECT ${COLUMNS} FROM ${TABLES} WHERE message_status.item_id = ?`);
    this.#details = db.prepare(
      `SELECT ${COLUMNS}, batch.file_name AS fileName, shipment.reference, shipment.ended_at AS acceptedAt,
         service.message_confirmations AS confirmations
       FROM ${TABLES} CROSS JOIN batch ON batch.id = shipment.batch_id
         LEFT JOIN service ON service.service_code = message_group.service_code
           AND service.service_edition_code = message_group.service_edition_code
       WHERE message_status.item_id = ?`,
    );
    this.#events = db.prepare(
      `SELECT kind, at, at_given AS atGiven, person_number AS personNumber, roles, method, source, batch_id AS batchId,
         line, recorded_at AS recordedAt
       FROM message_event WHERE item_id = ? ORDER BY id`,
    );
  }

  /**
   * At most `limit` of them, and only those that come after the message `after` in the list.
   * @param now UTC
   * @returns undefined when there is no message `after`, or it has no place in such a list
   */
  list(filter: MessageFilter, now: string, after: number | null, limit: number): MessageEntry[] | undefined {
    const from = this.#from(filter, after);
    if (from === undefined) return undefined;
    const ids = this.#ids(filter, now, from, limit);
    return ids.flatMap((id) => this.#entryOf(id) ?? []);
  }

  byId(itemId: number): MessageDetails | undefined {
    const row = this.#details.get(itemId);
    if (row === undefined) return undefined;
    return { ...row, requiresConfirmation: row.requiresConfirmation === 1, events: this.#events.all(itemId) };
  }

  #entryOf(itemId: number): MessageEntry | undefined {
    const row = this.#entry.get(itemId);
    return row === undefined ? undefined : { ...row, requiresConfirmation: row.requiresConfirmation === 1 };
  }

  /** Below which place the list begins. */
  #from({ dueBy }: MessageFilter, after: number | null): Keyed | undefined {
    if (after === null) return { at: dueBy ?? AFTER_ALL_TIMES, id: AFTER_ALL_IDS };
    const position = this.#position.get(after);
    const at = dueBy === null ? position?.visibleAt : position?.dueAt;
    return at === undefined || at === null ? undefined : { at, id: after };
  }

  #ids(filter: MessageFilter, now: string, from: Keyed, limit: number): readonly number[] {
    const { status, owner, serviceCode, serviceEditionCode, reportee, sendersReference, dueBy } = filter;
    const visibleAfter = status === 'Created' ? now : '';
    const visibleUpTo = status === 'Unread' ? now : AFTER_ALL_TIMES;
    const isDue = dueBy !== null;
    if (sendersReference !== null || reportee !== null) {
      const [all, due] =
        sendersReference === null ? [this.#ofReportee, this.#dueOfReportee] : [this.#ofReference, this.#dueOfReference];
      const state = status === null ? null : stateOf(status);
      const asked = { owner, serviceCode, serviceEditionCode, reportee, sendersReference };
      const found = (isDue ? due : all).all({ ...asked, state, visibleAfter, visibleUpTo, ...from, limit });
      return found.map(({ id }) => id);
    }
    const groups = this.#groups.all().filter((group) => isAsked(group, filter));
    const states = status === null ? ALL_STATES : [stateOf(status)];
    // Of those that are unread those come first that are not visible yet.
    const start = !isDue && status === 'Unread' && from.at > now ? { at: now, id: AFTER_ALL_IDS } : from;
    const statement = isDue ? this.#due : this.#visible;
    const sources = groups.flatMap(({ id: group }) =>
      states.map((state) => (before: Keyed, most: number) => {
        return statement.all({ group, state, visibleAfter, visibleUpTo, ...before, limit: most });
      }),
    );
    return mergeNewest(sources, start, limit);
  }
}

interface Group {
  readonly id: number;
  readonly systemUserCode: string;
  readonly serviceCode: string;
  readonly serviceEditionCode: string;
}

interface Position {
  readonly visibleAt: string;
  readonly dueAt: string | null;
}

type EntryRow = Omit<MessageEntry, 'requiresConfirmation'> & { readonly requiresConfirmation: 0 | 1 };
type DetailsRow = Omit<MessageDetails, 'requiresConfirmation' | 'events'> & { readonly requiresConfirmation: 0 | 1 };

const ALL_STATES: readonly MessageState[] = ['Unread', 'Read', 'Confirmed'];

function stateOf(status: MessageStatus): MessageState {
  return status === 'Created' ? 'Unread' : status;
}

function isAsked(group: Group, { owner, serviceCode, serviceEditionCode }: MessageFilter): boolean {
  const { systemUserCode } = group;
  const isOfOwner =
    owner === null ||
    systemUserCode === owner ||
    ([...owner].length === OWNER_LENGTH &&
      [`${owner}-`, `${owner}_`].some((start) => systemUserCode.startsWith(start)));
  return (
    isOfOwner &&
    (serviceCode === null || group.serviceCode === serviceCode) &&
    (serviceEditionCode === null || group.serviceEditionCode === serviceEditionCode)
  );
}

const OWNER_LENGTH = 3;
const AFTER_ALL_TIMES = '\u{10ffff}';
const AFTER_ALL_IDS = Number.MAX_SAFE_INTEGER;

/** As the index has it: what nobody can do any more, or has done, is due no longer. */
const IS_TO_BE_DONE = `due_at IS NOT NULL AND purged_at IS NULL
  AND (message_status.state = 'Unread' OR (message_status.state = 'Read' AND requires_confirmation = 1))`;

const MATCHES = `(@state IS NULL OR message_status.state = @state)
  AND visible_at > @visibleAfter AND visible_at <= @visibleUpTo
  AND (@reportee IS NULL OR item.reportee = @reportee)
  AND (@sendersReference IS NULL OR item.senders_reference = @sendersReference)
  AND (@serviceCode IS NULL OR message_group.service_code = @serviceCode)
  AND (@serviceEditionCode IS NULL OR message_group.service_edition_code = @serviceEditionCode)
  AND (@owner IS NULL OR message_group.system_user_code = @owner OR (length(@owner) = 3
    AND substr(message_group.system_user_code, 1, 4) IN (@owner || '-', @owner || '_')))`;

const COLUMNS = `message_status.item_id AS id, shipment.batch_id AS batchId, message_group.format,
  message_group.system_user_code AS systemUserCode, message_group.service_code AS serviceCode,
  message_group.service_edition_code AS serviceEditionCode, item.reportee, item.senders_reference AS sendersReference,
  item.short_name AS shortName, message.message_title AS title, message_status.state, visible_at AS visibleAt,
  due_at AS dueAt, requires_confirmation AS requiresConfirmation, read_at AS readAt, confirmed_at AS confirmedAt,
  purged_at AS purgedAt`;

const TABLES = `message_status CROSS JOIN message_group ON message_group.id = message_group_id
  CROSS JOIN item ON item.id = message_status.item_id CROSS JOIN shipment ON shipment.id = item.shipment_id
  LEFT JOIN message ON message.item_id = message_status.item_id`;
