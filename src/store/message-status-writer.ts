import { endOfDate, toInstant } from '../domain/dates.js';
import { InternalFault } from '../domain/faults.js';
import type { Format } from '../domain/format.js';
import type { Database, SqlValue, Statement } from './database.js';
import { itemRangeOf, pagesOf } from './item-id.js';

/** Gives the messages of an accepted shipment their place in `message_status`. */
export class MessageStatusWriter {
  readonly #db: Database;
  readonly #shipment: Statement<[number], ShipmentRow>;
  readonly #messages: Statement<[number, number], MessageRow>;
  readonly #insert: Statement<SqlValue[], never>;
  readonly #addGroup: Statement<[string, string, string, string], never>;
  readonly #group: Statement<[string, string, string, string], number>;
  readonly #serviceRequires: Statement<[string, string], number | null>;

  constructor(db: Database) {
    this.#db = db;
    this.#shipment = db.prepare(
      `SELECT format, system_user_code AS systemUserCode, state, staged_items AS items, ended_at AS endedAt
       FROM shipment WHERE id = ?`,
    );
    this.#messages = db.prepareTuples(
      `SELECT item.id, item.service_code, item.service_edition_code, message.visible_date_time, message.due_date_time,
         message.require_confirmation
       FROM message CROSS JOIN item ON item.id = message.item_id
       WHERE message.item_id >= ? AND message.item_id <= ? AND item.state = 'accepted' ORDER BY message.item_id`,
    );
    this.#insert = db.prepare(
      `INSERT INTO message_status (item_id, message_group_id, state, visible_at, due_at, requires_confirmation)
       VALUES (?, ?, 'Unread', ?, ?, ?) ON CONFLICT (item_id) DO NOTHING`,
    );
    this.#addGroup = db.prepare(
      `INSERT INTO message_group (system_user_code, format, service_code, service_edition_code) VALUES (?, ?, ?, ?)
       ON CONFLICT DO NOTHING`,
    );
    this.#group = db.prepareValue(
      `SELECT id FROM message_group
       WHERE system_user_code = ? AND format = ? AND service_code = ? AND service_edition_code = ?`,
    );
    this.#serviceRequires = db.prepareValue(
      'SELECT message_require_confirmation FROM service WHERE service_code = ? AND service_edition_code = ?',
    );
  }

  /**
   * Belongs into the transaction in which the shipment is accepted, after it was settled; again whenever more of its items
   * are. Those that have a status keep it. Nothing happens for a shipment that holds no messages or was not accepted.
   * @param timeZone of dates and times without a zone; a message is never visible before it was accepted
   */
  begin(shipmentId: number, timeZone: string): void {
    this.#db.transaction(() => {
      const shipment = this.#shipment.get(shipmentId);
      if (shipment === undefined) throw new InternalFault(`There is no shipment ${shipmentId}.`);
      const { format, state, items, endedAt } = shipment;
      if ((format !== 'correspondence' && format !== 'altut') || state !== 'accepted' || endedAt === null) return;
      const groups = new Groups((serviceCode, editionCode) => this.#groupOf(shipment, serviceCode, editionCode));
      const acceptedAt = `${endedAt.slice(0, SECONDS)}.000Z`;
      // Nearly all messages of a shipment have the same times.
      const visibleFrom = rememberingLast((given) => later(acceptedAt, startOf(given, timeZone)));
      const dueUntil = rememberingLast((given) => endOf(given, timeZone));
      for (const { first, last } of pagesOf(itemRangeOf(shipmentId, items), MESSAGES_PER_PAGE)) {
        for (const [itemId, serviceCode, editionCode, visible, due, requires] of this.#messages.all(first, last)) {
          const group = groups.of(serviceCode ?? '', editionCode ?? '');
          const isRequired = requires === 1 || (requires === null && group.requiresConfirmation) ? 1 : 0;
          const visibleAt = visible === null ? acceptedAt : visibleFrom(visible);
          this.#insert.run(itemId, group.id, visibleAt, due === null ? null : dueUntil(due), isRequired);
        }
      }
    });
  }

  #groupOf({ systemUserCode, format }: ShipmentRow, serviceCode: string, editionCode: string): Group {
    this.#addGroup.run(systemUserCode, format, serviceCode, editionCode);
    const id = this.#group.get(systemUserCode, format, serviceCode, editionCode);
    if (id === undefined) throw new InternalFault('A message group that was just written is not there.');
    return { id, requiresConfirmation: this.#serviceRequires.get(serviceCode, editionCode) === 1 };
  }
}

interface ShipmentRow {
  readonly format: Format;
  readonly systemUserCode: string;
  readonly state: string;
  readonly items: number;
  readonly endedAt: string | null;
}

type MessageRow = readonly [
  itemId: number,
  serviceCode: string | null,
  serviceEditionCode: string | null,
  visibleDateTime: string | null,
  dueDateTime: string | null,
  requireConfirmation: 0 | 1 | null,
];

interface Group {
  readonly id: number;
  readonly requiresConfirmation: boolean;
}

const MESSAGES_PER_PAGE = 10_000;
/** Of a time as the store writes it: the seconds are kept, so that a sender's whole second is not before it. */
const SECONDS = 'yyyy-mm-ddThh:mm:ss'.length;

class Groups {
  readonly #find: (serviceCode: string, editionCode: string) => Group;
  readonly #known = new Map<string, Group>();

  constructor(find: (serviceCode: string, editionCode: string) => Group) {
    this.#find = find;
  }

  of(serviceCode: string, editionCode: string): Group {
    const key = `${serviceCode}/${editionCode}`;
    let group = this.#known.get(key);
    if (group === undefined) {
      group = this.#find(serviceCode, editionCode);
      this.#known.set(key, group);
    }
    return group;
  }
}

function rememberingLast<T>(work: (text: string) => T): (text: string) => T {
  let last: { readonly text: string; readonly result: T } | null = null;
  return (text) => {
    if (last?.text !== text) last = { text, result: work(text) };
    return last.result;
  };
}

/** From when on, UTC; of a date its first moment. Null when it is no time at all. */
function startOf(dateTimeOrDate: string, timeZone: string): string | null {
  return utc(toInstant(dateTimeOrDate, timeZone));
}

/** Until when, UTC; of a date the end of that day. */
function endOf(dateTimeOrDate: string, timeZone: string): string | null {
  return utc((dateTimeOrDate.includes('T') ? toInstant : endOfDate)(dateTimeOrDate, timeZone));
}

/** The years that four digits hold: texts are compared letter by letter. */
const FIRST = Date.parse('0000-01-01T00:00:00.000Z');
const LAST = Date.parse('9999-12-31T23:59:59.999Z');

function utc(epochMs: number): string | null {
  return Number.isNaN(epochMs) ? null : new Date(Math.min(Math.max(epochMs, FIRST), LAST)).toISOString();
}

function later(one: string, other: string | null): string {
  return other === null || other < one ? one : other;
}
