import type { Issue } from '../domain/issue.js';
import type { Database, SqlValue, Statement } from './database.js';

/** `held`: its prefill has not come yet; `dropped`: it comes no more. */
export type InstanceState = 'held' | 'made' | 'dropped';

/** What a subscription gives in a period. Dates are calendar days. */
export interface NewInstance {
  readonly subscriptionId: number;
  /** The item that said how the subscription was. */
  readonly itemId: number;
  readonly ownerCode: string;
  readonly serviceCode: string;
  readonly serviceEditionCode: string;
  readonly reportee: string;
  /** From 0. */
  readonly period: number;
  readonly scheduledDate: string;
  readonly dueDate: string;
  readonly visibleDate: string | null;
  readonly caseId: number | null;
  readonly state: 'held' | 'made';
  /** The form set that it begins with, by its item; null: none. */
  readonly formSetId: number | null;
  /** UTC. */
  readonly at: string;
}

/** What of the forms of an instance is not as the form set has it. */
export interface InstanceContent {
  /** Forms that field prefill has changed, by their ordinal. */
  readonly changed: ReadonlyMap<number, string>;
  /** The items of the fields that went into them. */
  readonly fieldItemIds: readonly number[];
  readonly issues: readonly Issue[];
}

/** An instance that waits for its prefill. */
export interface HeldInstance {
  readonly id: number;
  readonly subscriptionId: number;
  readonly batchId: number;
  readonly ownerCode: string;
  readonly serviceCode: string;
  readonly serviceEditionCode: string;
  readonly reportee: string;
  readonly identifyingFieldsHash: string | null;
  readonly scheduledDate: string;
}

/** An instance as it is sent out. */
export interface SentInstance {
  readonly id: number;
  readonly subscriptionId: number;
  readonly itemId: number;
  readonly systemUserCode: string;
  readonly shipmentReference: string | null;
  readonly serviceCode: string;
  readonly serviceEditionCode: string;
  readonly reportee: string;
  readonly period: number;
  readonly scheduledDate: string;
  readonly dueDate: string;
  readonly visibleDate: string | null;
  readonly caseId: number | null;
  readonly formSetId: number | null;
  /** SendersReference of the form set. */
  readonly formSetReference: string | null;
  readonly formsPurgedAt: string | null;
}

/** Form task instances: what comes of subscriptions, and goes out to their service owners. */
export class FormTaskStore {
  readonly #db: Database;
  readonly #has: Statement<[number, string], number>;
  readonly #insert: Statement<SqlValue[], number>;
  readonly #insertForm: Statement<[number, number, string], never>;
  readonly #insertField: Statement<[number, number], never>;
  readonly #insertIssue: Statement<SqlValue[], never>;
  readonly #held: Statement<[number, number], HeldInstance>;
  readonly #release: Statement<[number, string, number], never>;
  readonly #toSend: Statement<[], { ownerCode: string; count: number }>;
  readonly #countToSend: Statement<[string], number>;
  readonly #send: Statement<[number, string], never>;
  readonly #ofBatch: Statement<[number, number, number], SentInstance>;
  readonly #changedForms: Statement<[number], readonly [ordinal: number, formData: string]>;
  readonly #issues: Statement<[number], Issue>;
  readonly #identifyingFields: Statement<[number], string>;

  constructor(db: Database) {
    this.#db = db;
    this.#has = db.prepareValue(
      'SELECT count(*) FROM form_task_instance WHERE subscription_id = ? AND scheduled_date = ?',
    );
    this.#insert = db.prepareValue(
      `INSERT INTO form_task_instance (subscription_id, item_id, owner_code, service_code, service_edition_code, reportee,
         period, scheduled_date, due_date, visible_date, case_id, state, form_set_id, planned_at, made_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (subscription_id, scheduled_date) DO NOTHING
       RETURNING id`,
    );
    this.#insertForm = db.prepare(
      'INSERT INTO form_task_instance_form (instance_id, ordinal, form_data) VALUES (?, ?, ?)',
    );
    this.#insertField = db.prepare('INSERT INTO form_task_instance_field (instance_id, item_id) VALUES (?, ?)');
    this.#insertIssue = db.prepare(
      `INSERT INTO issue (batch_id, instance_id, code, level, message, line, position, reference, reported_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#held = db.prepare(
      `SELECT instance.id, instance.subscription_id AS subscriptionId, shipment.batch_id AS batchId, instance.owner_code AS ownerCode,
         instance.service_code AS serviceCode, instance.service_edition_code AS serviceEditionCode, instance.reportee,
         identifying_fields_hash AS identifyingFieldsHash, scheduled_date AS scheduledDate
       FROM form_task_instance AS instance JOIN subscription ON subscription.item_id = instance.item_id
         JOIN shipment ON shipment.id = instance.item_id / 1000000000
       WHERE instance.state = 'held' AND instance.id > ? ORDER BY instance.id LIMIT ?`,
    );
    this.#release = db.prepare(
      "UPDATE form_task_instance SET state = 'made', form_set_id = ?, made_at = ? WHERE id = ? AND state = 'held'",
    );
    this.#toSend = db.prepare(
      `SELECT owner_code AS ownerCode, count(*) AS count FROM form_task_instance
       WHERE state = 'made' AND outbound_batch_id IS NULL GROUP BY owner_code ORDER BY owner_code`,
    );
    this.#countToSend = db.prepareValue(
      `SELECT count(*) FROM form_task_instance
       WHERE owner_code = ? AND state = 'made' AND outbound_batch_id IS NULL`,
    );
    this.#send = db.prepare(
      `UPDATE form_task_instance SET outbound_batch_id = ?
       WHERE owner_code = ? AND state = 'made' AND outbound_batch_id IS NULL`,
    );
    this.#ofBatch = db.prepare(
      `SELECT instance.id, instance.subscription_id AS subscriptionId, instance.item_id AS itemId,
         shipment.system_user_code AS systemUserCode, shipment.reference AS shipmentReference,
         instance.service_code AS serviceCode, instance.service_edition_code AS serviceEditionCode, instance.reportee,
         period, scheduled_date AS scheduledDate, due_date AS dueDate, visible_date AS visibleDate, case_id AS caseId,
         form_set_id AS formSetId, form_set_item.senders_reference AS formSetReference, forms_purged_at AS formsPurgedAt
       FROM form_task_instance AS instance JOIN shipment ON shipment.id = instance.item_id / 1000000000
         LEFT JOIN item AS form_set_item ON form_set_item.id = form_set_id
       WHERE outbound_batch_id = ? AND instance.id > ? ORDER BY instance.id LIMIT ?`,
    );
    this.#changedForms = db.prepareTuples(
      'SELECT ordinal, form_data FROM form_task_instance_form WHERE instance_id = ? ORDER BY ordinal',
    );
    this.#issues = db.prepare(
      'SELECT code, level, message, line, position, reference FROM issue WHERE instance_id = ? ORDER BY id',
    );
    this.#identifyingFields = db.prepareValue(
      'SELECT value FROM subscription_identifying_field WHERE item_id = ? ORDER BY ordinal',
    );
  }

  /** Whether a subscription has given an instance for that day, whatever has become of it. */
  has(subscriptionId: number, scheduledDate: string): boolean {
    return this.#has.get(subscriptionId, scheduledDate) === 1;
  }

  /**
   * Belongs into the transaction in which its subscription moves on.
   * @param batchId of the file that brought the subscription
   * @returns false when the subscription has given one for that day before
   */
  add(instance: NewInstance, content: InstanceContent, batchId: number): boolean {
    const { subscriptionId, itemId, ownerCode, serviceCode, serviceEditionCode, reportee } = instance;
    const { period, scheduledDate, dueDate, visibleDate, caseId, state, formSetId, at } = instance;
    const id = this.#insert.get(
      ...[subscriptionId, itemId, ownerCode, serviceCode, serviceEditionCode, reportee],
      ...[period, scheduledDate, dueDate, visibleDate, caseId, state, formSetId, at, state === 'made' ? at : null],
    );
    if (id === undefined) return false;
    this.#addContent({ id, subscriptionId, batchId }, content, at);
    return true;
  }

  #addContent(
    { id: instanceId, subscriptionId, batchId }: Pick<HeldInstance, 'id' | 'subscriptionId' | 'batchId'>,
    { changed, fieldItemIds, issues }: InstanceContent,
    at: string,
  ): void {
    for (const [ordinal, formData] of changed) this.#insertForm.run(instanceId, ordinal, formData);
    for (const itemId of fieldItemIds) this.#insertField.run(instanceId, itemId);
    for (const { code, level, message, line, position, reference: given } of issues) {
      const reference = given ?? `subscription ${subscriptionId}`;
      this.#insertIssue.run(batchId, instanceId, code, level, message, line, position, reference, at);
    }
  }

  /** Those that wait for their prefill, by id, at most `limit`, after one that was given before. */
  heldAfter(id: number, limit: number): HeldInstance[] {
    return this.#held.all(id, limit);
  }

  /** Makes an instance that was held. @returns false when it is held no longer */
  release(held: HeldInstance, formSetId: number, content: InstanceContent, at: string): boolean {
    return this.#db.transaction(() => {
      if (this.#release.run(formSetId, at, held.id) === 0) return false;
      this.#addContent(held, content, at);
      return true;
    });
  }

  /** How many each service owner has that are made and in no batch yet. */
  toSend(): { readonly ownerCode: string; readonly count: number }[] {
    return this.#toSend.all();
  }

  countToSend(ownerCode: string): number {
    return this.#countToSend.get(ownerCode) ?? 0;
  }

  /** Puts them into a batch. Returns how many they are. */
  send(ownerCode: string, outboundBatchId: number): number {
    return this.#send.run(outboundBatchId, ownerCode);
  }

  /** The instances of a batch, by id, at most `limit`, after one that was given before. */
  ofBatch(outboundBatchId: number, after: number, limit: number): SentInstance[] {
    return this.#ofBatch.all(outboundBatchId, after, limit);
  }

  /** The forms of an instance that are not as the form set has them. */
  changedForms(instanceId: number): ReadonlyMap<number, string> {
    return new Map(this.#changedForms.all(instanceId));
  }

  issues(instanceId: number): Issue[] {
    return this.#issues.all(instanceId);
  }

  /** Of the subscription, as an item says it. */
  identifyingFields(itemId: number): string[] {
    return this.#identifyingFields.all(itemId);
  }
}
