import type { PrefillFormSet } from '../domain/content.js';
import type { ItemFields } from '../domain/data-item.js';
import type { Database, SqlValue, Statement } from './database.js';
import { sqlBoolean } from './sql-boolean.js';

/** Writes prefill form sets. Which earlier ones they replace is seen to when their shipment is accepted. */
export class PrefillWriter {
  readonly #formSet: Statement<SqlValue[], never>;
  readonly #identifyingField: Statement<[number, number, string], never>;
  readonly #form: Statement<SqlValue[], never>;
  readonly #attachment: Statement<SqlValue[], never>;

  constructor(db: Database) {
    this.#formSet = db.prepare(
      `INSERT INTO prefill_form_set (item_id, reportee, service_code, service_edition_code, identifying_fields_hash,
         valid_from, valid_to, identity_field_hash_code_given, receivers_reference)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#identifyingField = db.prepare(
      'INSERT INTO prefill_identifying_field (item_id, ordinal, value) VALUES (?, ?, ?)',
    );
    this.#form = db.prepare(
      `INSERT INTO prefill_form (item_id, ordinal, data_format_id, data_format_version, senders_reference,
         parent_reference, signing_locked, signed_by_default, form_data)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#attachment = db.prepare(
      `INSERT INTO prefill_attachment (item_id, ordinal, attachment_name, file_name, senders_reference, encrypted,
         attachment_type, signing_locked, signed_by_default, attachment_data)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
  }

  write(itemId: number, fields: ItemFields, content: PrefillFormSet): void {
    this.#formSet.run(
      itemId,
      fields.reportee,
      fields.serviceCode,
      fields.serviceEditionCode,
      content.identifyingFieldsHash,
      content.validFrom,
      content.validTo,
      content.identityFieldHashCodeGiven,
      content.receiversReference,
    );
    let ordinal = 0;
    for (const value of content.identifyingFields) this.#identifyingField.run(itemId, ++ordinal, value);
    ordinal = 0;
    for (const form of content.forms) {
      this.#form.run(
        itemId,
        ++ordinal,
        form.dataFormatId,
        form.dataFormatVersion,
        form.sendersReference,
        form.parentReference,
        sqlBoolean(form.signingLocked),
        sqlBoolean(form.signedByDefault),
        form.formData,
      );
    }
    ordinal = 0;
    for (const attachment of content.attachments) {
      this.#attachment.run(
        itemId,
        ++ordinal,
        attachment.attachmentName,
        attachment.fileName,
        attachment.sendersReference,
        sqlBoolean(attachment.encrypted),
        attachment.attachmentType,
        sqlBoolean(attachment.signingLocked),
        sqlBoolean(attachment.signedByDefault),
        attachment.data,
      );
    }
  }
}
