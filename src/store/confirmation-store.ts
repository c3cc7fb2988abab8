import type { LoginMethod, MessageEventKind } from '../domain/message-event.js';
import type { Database, SqlNamed, SqlValue, Statement } from './database.js';
import type { MessageGroup } from './message-groups.js';

/** What the messages of one sender and service have in common, and which of their events are to go out. */
export interface ConfirmedGroup extends MessageGroup {
  readonly asked: 'opened' | 'confirmed';
}

/** A message that was read or confirmed, as a batch says it. Times are UTC. */
export interface StoredConfirmation {
  readonly groupId: number;
  readonly kind: MessageEventKind;
  /** Of the event. */
  readonly id: number;
  readonly reportee: string | null;
  readonly sendersReference: string | null;
  /** AltUt only, as the sender wrote it. */
  readonly shortName: string | null;
  readonly readAt: string;
  readonly at: string;
  readonly personNumber: string | null;
  readonly roles: string | null;
  readonly method: LoginMethod | null;
}

/** How many entries there are for confirmations, and how many for messages that were only read. */
export interface PendingCount {
  readonly confirmed: number;
  readonly read: number;
}

/**
 * Events of messages on their way out. An event belongs to the batch that it went out in; one that has none is still to go,
 * if its service asks for it. A batch holds an entry for each message, whichever of its events are the batch's.
 */
export class ConfirmationStore {
  readonly #groups: Statement<[], ConfirmedGroup>;
  readonly #group: Statement<[number], MessageGroup>;
  readonly #countConfirmed: Statement<[SqlNamed], number>;
  readonly #countRead: Statement<[SqlNamed], number>;
  readonly #takeConfirmed: Statement<[SqlNamed], never>;
  readonly #takeReadOfConfirmed: Statement<[SqlNamed], never>;
  readonly #takeRead: Statement<[SqlNamed], never>;
  readonly #countTaken: Statement<[SqlNamed], number>;
  readonly #page: Statement<[SqlNamed], StoredConfirmation>;
  readonly #oldestBatch: Statement<SqlValue[], number>;
  readonly #countNotices: Statement<[number, string], number>;

  constructor(db: Database) {
    this.#groups = db.prepare(
      `SELECT message_group.id, system_user_code AS systemUserCode, format, message_group.service_code AS serviceCode,
         message_group.service_edition_code AS serviceEditionCode, message_confirmations AS asked
       FROM message_group CROSS JOIN service ON service.service_code = message_group.service_code
         AND service.service_edition_code = message_group.service_edition_code
       WHERE message_confirmations IN ('opened', 'confirmed')`,
    );
    this.#group = db.prepare(
      `SELECT id, system_user_code AS systemUserCode, format, service_code AS serviceCode,
         service_edition_code AS serviceEditionCode FROM message_group WHERE id = ?`,
    );
    const pending = (kind: MessageEventKind) =>
      `SELECT message_event.id FROM message_event CROSS JOIN item ON item.id = message_event.item_id
       WHERE outbound_batch_id IS NULL AND message_group_id = @group AND kind = '${kind}' AND ${CAN_BE_NAMED}`;
    const isReadOnly = `NOT EXISTS (SELECT 1 FROM message_event AS other
      WHERE other.item_id = message_event.item_id AND other.kind = 'Confirmed' AND other.outbound_batch_id IS NULL)`;
    const count = (events: string) =>
      db.prepareValue<[SqlNamed], number>(`SELECT count(*) FROM (${events} LIMIT @most)`);
    const take = (events: string) =>
      db.prepare<[SqlNamed], never>(
        `UPDATE message_event SET outbound_batch_id = @batch
         WHERE id IN (${events} ORDER BY message_event.id LIMIT @most)`,
      );
    this.#countConfirmed = count(pending('Confirmed'));
    this.#countRead = count(`${pending('Read')} AND ${isReadOnly}`);
    this.#takeConfirmed = take(pending('Confirmed'));
    this.#takeRead = take(pending('Read'));
    this.#takeReadOfConfirmed = db.prepare(
      `UPDATE message_event SET outbound_batch_id = @batch
       WHERE kind = 'Read' AND outbound_batch_id IS NULL AND item_id IN (SELECT confirmed.item_id
         FROM message_event AS confirmed
         WHERE confirmed.outbound_batch_id = @batch AND confirmed.message_group_id = @group AND confirmed.kind = 'Confirmed')`,
    );
    this.#countTaken = db.prepareValue(
      `SELECT count(*) FROM message_event WHERE outbound_batch_id = @batch AND ${IS_ENTRY}`,
    );
    this.#page = db.prepare(
      `SELECT message_event.message_group_id AS groupId, kind, message_event.id, item.reportee,
         item.senders_reference AS sendersReference, item.short_name AS shortName, message_status.read_at AS readAt, at,
         person_number AS personNumber, roles, method
       FROM message_event CROSS JOIN item ON item.id = message_event.item_id
         CROSS JOIN message_status ON message_status.item_id = message_event.item_id
       WHERE outbound_batch_id = @batch AND (message_event.message_group_id, kind, message_event.id) > (@group, @kind, @id)
         AND ${IS_ENTRY}
       ORDER BY message_event.message_group_id, kind, message_event.id LIMIT @limit`,
    );
    this.#oldestBatch = db.prepareValue(
      `SELECT shipment.batch_id FROM message_event CROSS JOIN item ON item.id = message_event.item_id
         CROSS JOIN shipment ON shipment.id = item.shipment_id
       WHERE outbound_batch_id IS NULL AND message_group_id = ? AND kind = ? ORDER BY message_event.id LIMIT 1`,
    );
    this.#countNotices = db.prepareValue(
      'SELECT count(*) FROM issue WHERE batch_id = ? AND shipment_id IS NULL AND item_id IS NULL AND message = ?',
    );
  }

  /** Those whose service asks for confirmations, as the catalogue says now. */
  groups(): ConfirmedGroup[] {
    return this.#groups.all();
  }

  group(id: number): MessageGroup | undefined {
    return this.#group.get(id);
  }

  /** How many entries are to go out of the messages of a group, so many at most: confirmations go before what was only read. */
  countPending({ id: group, format, asked }: ConfirmedGroup, most: number): PendingCount {
    const confirmed = this.#countConfirmed.get({ group, format, most }) ?? 0;
    if (asked === 'confirmed' || confirmed === most) return { confirmed, read: 0 };
    return { confirmed, read: this.#countRead.get({ group, format, most: most - confirmed }) ?? 0 };
  }

  /** Has so many, the oldest, go out in a batch; belongs into the transaction that has counted them and prepares it. */
  take({ id: group, format }: ConfirmedGroup, { confirmed, read }: PendingCount, batch: number): void {
    this.#takeConfirmed.run({ group, format, batch, most: confirmed });
    this.#takeReadOfConfirmed.run({ group, batch });
    // None that is confirmed is left then.
    if (read > 0) this.#takeRead.run({ group, format, batch, most: read });
  }

  /** How many entries a batch holds. */
  countTaken(batch: number): number {
    return this.#countTaken.get({ batch }) ?? 0;
  }

  /** What a batch holds, always in the same order. Nothing stays open in the store between one and the next. */
  *of(batch: number): Generator<StoredConfirmation> {
    let after: Pick<StoredConfirmation, 'groupId' | 'kind' | 'id'> | undefined = {
      groupId: 0,
      kind: 'Confirmed',
      id: 0,
    };
    while (after !== undefined) {
      const { groupId: group, kind, id }: Pick<StoredConfirmation, 'groupId' | 'kind' | 'id'> = after;
      const page: StoredConfirmation[] = this.#page.all({ batch, group, kind, id, limit: PAGE });
      yield* page;
      after = page.length < PAGE ? undefined : page.at(-1);
    }
  }

  /** The file whose message has the oldest event that is still to go out; undefined when there is none. */
  batchOfOldest({ id, asked }: ConfirmedGroup): number | undefined {
    return this.#oldestBatch.get(id, asked === 'opened' ? 'Read' : 'Confirmed');
  }

  /** Whether that is on record of a batch. */
  isNoted(batchId: number, message: string): boolean {
    return (this.#countNotices.get(batchId, message) ?? 0) > 0;
  }
}

const PAGE = 1000;

/** Of an AltUt message without a messageReference no confirmation can be sent (formats.md section 3). */
const CAN_BE_NAMED = "(@format <> 'altut' OR item.senders_reference IS NOT NULL)";

/** Of a message that was read and confirmed since the last batch there is one entry, that of the confirmation. */
const IS_ENTRY = `(kind = 'Confirmed' OR NOT EXISTS (SELECT 1 FROM message_event AS other
  WHERE other.item_id = message_event.item_id AND other.kind = 'Confirmed'
    AND other.outbound_batch_id = message_event.outbound_batch_id))`;
