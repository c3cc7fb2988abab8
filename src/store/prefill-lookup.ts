import type { Database, SqlNamed, Statement } from './database.js';

/** What prefill is looked for by: only what the same service owner has sent is its to see. */
export interface PrefillKey {
  readonly ownerCode: string;
  readonly reportee: string;
  readonly serviceCode: string;
  readonly serviceEditionCode: string;
  /** Null without identifying fields. */
  readonly identifyingFieldsHash: string | null;
}

/** A form of a form set. */
export interface StoredForm {
  /** From 1, in the order of the file. */
  readonly ordinal: number;
  readonly dataFormatId: string;
  readonly dataFormatVersion: string;
  readonly sendersReference: string;
  readonly parentReference: string | null;
  readonly signingLocked: boolean | null;
  readonly signedByDefault: boolean | null;
  readonly formData: string;
}

export interface StoredAttachment {
  readonly id: number;
  readonly attachmentName: string;
  readonly fileName: string;
  readonly sendersReference: string;
  readonly encrypted: boolean;
  readonly attachmentType: string;
  readonly signingLocked: boolean | null;
  readonly signedByDefault: boolean | null;
}

/** A field prefill of a reportee. */
export interface StoredField {
  readonly itemId: number;
  /** Id: the XPath of a node. */
  readonly fieldId: string;
  readonly index: number | null;
  readonly value: string;
}

/** Where a prefill came from. */
export interface PrefillSource {
  readonly itemId: number;
  readonly batchId: number;
  readonly fileName: string;
  readonly line: number;
  readonly sendersReference: string | null;
  readonly validFrom: string;
  readonly validTo: string;
}

/** Finds the prefill that a form begins with on a day. Validity is a matter of calendar days: zones do not count. */
export class PrefillLookup {
  readonly #formSet: Statement<[SqlNamed], number>;
  readonly #isKept: Statement<[number], number>;
  readonly #forms: Statement<[number], Flags<StoredForm>>;
  readonly #attachments: Statement<[number], Flags<StoredAttachment>>;
  readonly #attachmentData: Statement<[number], Buffer>;
  readonly #fields: Statement<[SqlNamed], StoredField>;
  readonly #ownersOf: Statement<[SqlNamed], string>;
  readonly #formSetSource: Statement<[number], PrefillSource>;
  readonly #fieldSource: Statement<[number], PrefillSource>;

  constructor(db: Database) {
    // Those in force under one key never overlap: the first one that has not ended is it, or none is.
    this.#formSet = db.prepareValue(
      `SELECT item_id FROM prefill_form_set
       WHERE ${IN_FORCE} AND substr(valid_to, 1, 10) >= @day AND substr(valid_from, 1, 10) <= @day AND ${IS_OWNERS}
       ORDER BY substr(valid_to, 1, 10) LIMIT 1`,
    );
    this.#ownersOf = db.prepareValue(
      `SELECT DISTINCT substr(system_user_code, 1, 3) FROM prefill_form_set
         JOIN shipment ON shipment.id = item_id / 1000000000
       WHERE ${IN_FORCE} ORDER BY 1`,
    );
    this.#isKept = db.prepareValue('SELECT count(*) FROM prefill_form_set WHERE item_id = ?');
    this.#forms = db.prepare(
      `SELECT ordinal, data_format_id AS dataFormatId, data_format_version AS dataFormatVersion,
         senders_reference AS sendersReference, parent_reference AS parentReference, signing_locked AS signingLocked,
         signed_by_default AS signedByDefault, form_data AS formData
       FROM prefill_form WHERE item_id = ? ORDER BY ordinal`,
    );
    this.#attachments = db.prepare(
      `SELECT id, attachment_name AS attachmentName, file_name AS fileName, senders_reference AS sendersReference,
         encrypted, attachment_type AS attachmentType, signing_locked AS signingLocked,
         signed_by_default AS signedByDefault
       FROM prefill_attachment WHERE item_id = ? ORDER BY ordinal`,
    );
    this.#attachmentData = db.prepareValue('SELECT attachment_data FROM prefill_attachment WHERE id = ?');
    // Of several with one Id and Index the newest: the one that the sender has sent last.
    this.#fields = db.prepare(
      `SELECT max(prefill_field.item_id) AS itemId, field_id AS fieldId, field_index AS "index", value
       FROM prefill_field_by_reportee AS of_reportee JOIN prefill_field ON prefill_field.item_id = of_reportee.item_id
       WHERE of_reportee.reportee = @reportee AND substr(valid_from, 1, 10) <= @day AND substr(valid_to, 1, 10) >= @day
         AND (SELECT substr(system_user_code, 1, 3) FROM shipment WHERE id = of_reportee.item_id / 1000000000) = @ownerCode
       GROUP BY field_id, ifnull(field_index, 1) ORDER BY 1 LIMIT @limit`,
    );
    const source = (table: string): Statement<[number], PrefillSource> =>
      db.prepare(
        `SELECT item.id AS itemId, batch.id AS batchId, batch.file_name AS fileName, item.line,
           item.senders_reference AS sendersReference, valid_from AS validFrom, valid_to AS validTo
         FROM ${table} JOIN item ON item.id = ${table}.item_id JOIN shipment ON shipment.id = item.shipment_id
           JOIN batch ON batch.id = shipment.batch_id
         WHERE ${table}.item_id = ?`,
      );
    this.#formSetSource = source('prefill_form_set');
    this.#fieldSource = source('prefill_field');
  }

  /** The form set in force with that key, of that service owner, that is valid on the day: its item. */
  formSetOn(key: PrefillKey, day: string): number | null {
    return this.#formSet.get({ ...key, day }) ?? null;
  }

  /** The service owners that have a form set in force with that key, whatever its validity. */
  ownersOf({
    reportee,
    serviceCode,
    serviceEditionCode,
    identifyingFieldsHash,
  }: Omit<PrefillKey, 'ownerCode'>): string[] {
    return this.#ownersOf.all({ reportee, serviceCode, serviceEditionCode, identifyingFieldsHash });
  }

  /** Whether a form set has not been purged. */
  isKept(formSetId: number): boolean {
    return this.#isKept.get(formSetId) === 1;
  }

  forms(formSetId: number): StoredForm[] {
    return this.#forms.all(formSetId).map((form) => ({
      ...form,
      signingLocked: toBoolean(form.signingLocked),
      signedByDefault: toBoolean(form.signedByDefault),
    }));
  }

  attachments(formSetId: number): StoredAttachment[] {
    return this.#attachments.all(formSetId).map((attachment) => ({
      ...attachment,
      encrypted: attachment.encrypted === 1,
      signingLocked: toBoolean(attachment.signingLocked),
      signedByDefault: toBoolean(attachment.signedByDefault),
    }));
  }

  /** Decoded; read one at a time. */
  attachmentData(attachmentId: number): Buffer {
    return this.#attachmentData.get(attachmentId) ?? Buffer.alloc(0);
  }

  /** The field prefill of a reportee that is valid on a day, at most `limit`, in the order in which it was sent. */
  fieldsOn(
    { ownerCode, reportee }: Pick<PrefillKey, 'ownerCode' | 'reportee'>,
    day: string,
    limit: number,
  ): StoredField[] {
    return this.#fields.all({ ownerCode, reportee, day, limit });
  }

  formSetSource(formSetId: number): PrefillSource | undefined {
    return this.#formSetSource.get(formSetId);
  }

  fieldSource(itemId: number): PrefillSource | undefined {
    return this.#fieldSource.get(itemId);
  }
}

const IN_FORCE = `in_force = 1 AND reportee = @reportee AND service_code = @serviceCode
  AND service_edition_code = @serviceEditionCode AND identifying_fields_hash IS @identifyingFieldsHash`;

const IS_OWNERS = `(SELECT substr(system_user_code, 1, 3) FROM shipment WHERE id = item_id / 1000000000) = @ownerCode`;

/** As SQLite has it: a boolean is 0 or 1. */
type Flags<T> = {
  readonly [K in keyof T]: T[K] extends boolean ? number : T[K] extends boolean | null ? number | null : T[K];
};

function toBoolean(value: number | null): boolean | null {
  return value === null ? null : value === 1;
}
