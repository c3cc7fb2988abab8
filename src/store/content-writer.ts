import type { ItemContent, PrefillField, Subscription } from '../domain/content.js';
import type { ItemFields } from '../domain/data-item.js';
import type { Database, SqlValue, Statement } from './database.js';
import { MessageWriter } from './message-writer.js';
import { PrefillWriter } from './prefill-writer.js';

/** Writes what an accepted item holds into the tables of its kind. */
export class ContentWriter {
  readonly #formSets: PrefillWriter;
  readonly #messages: MessageWriter;
  readonly #prefillField: Statement<SqlValue[], never>;
  readonly #subscription: Statement<SqlValue[], never>;
  readonly #identifyingField: Statement<[number, number, string], never>;

  constructor(db: Database) {
    this.#formSets = new PrefillWriter(db);
    this.#messages = new MessageWriter(db);
    this.#prefillField = db.prepare(
      `INSERT INTO prefill_field (item_id, field_id, field_index, valid_from, valid_to, value)
       VALUES (?, ?, ?, ?, ?, ?)`,
    );
    this.#subscription = db.prepare(
      `INSERT INTO subscription (item_id, service_edition_code_given, start_date, expiration_date, next_scheduled_date,
         next_due_date, visible_date, period_type, case_id, identifying_fields_hash)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#identifyingField = db.prepare(
      'INSERT INTO subscription_identifying_field (item_id, ordinal, value) VALUES (?, ?, ?)',
    );
  }

  write(itemId: number, fields: ItemFields, content: ItemContent): void {
    switch (content.kind) {
      case 'subscription':
        this.#writeSubscription(itemId, content);
        break;
      case 'prefillFormSet':
        this.#formSets.write(itemId, fields, content);
        break;
      case 'prefillField':
        this.#writePrefillField(itemId, content);
        break;
      case 'message':
        this.#messages.write(itemId, content);
        break;
    }
  }

  #writeSubscription(itemId: number, content: Subscription): void {
    this.#subscription.run(
      itemId,
      content.serviceEditionCodeGiven,
      content.startDate,
      content.expirationDate,
      content.nextScheduledDate,
      content.nextDueDate,
      content.visibleDate,
      content.periodType,
      content.caseId,
      content.identifyingFieldsHash,
    );
    let ordinal = 0;
    for (const value of content.identifyingFields) this.#identifyingField.run(itemId, ++ordinal, value);
  }

  #writePrefillField(itemId: number, content: PrefillField): void {
    const { fieldId, index, validFrom, validTo, value } = content;
    this.#prefillField.run(itemId, fieldId, index, validFrom, validTo, value);
  }
}
