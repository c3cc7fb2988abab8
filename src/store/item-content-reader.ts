import { createHash } from 'node:crypto';
import type {
  BinaryAttachment,
  Message,
  Notification,
  PrefillAttachment,
  PrefillField,
  PrefillFormSet,
  ReplyOption,
  SdpNotification,
  SdpOptions,
  Subscription,
} from '../domain/content.js';
import type { Database, Statement } from './database.js';
import { IS_IN_FORCE } from './prefill-in-force.js';

/** What an accepted item holds, of its attachments only how large they are and the hash of their bytes. */
export type ContentDigest =
  | (Omit<PrefillFormSet, 'attachments'> & {
      readonly attachments: readonly AttachmentDigest<PrefillAttachment>[];
      /** Whether it is what a form is prefilled with today. */
      readonly inForce: boolean;
      /** The item that took its place. */
      readonly replacedBy: number | null;
      /** The items whose place it took. */
      readonly replaces: readonly number[];
    })
  | PrefillField
  | Subscription
  | (Omit<Message, 'attachments'> & { readonly attachments: readonly AttachmentDigest<BinaryAttachment>[] });

export type AttachmentDigest<T> = Omit<T, 'data'> & {
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
};

type FormSetDigest = Extract<ContentDigest, { kind: 'prefillFormSet' }>;
type MessageDigest = Extract<ContentDigest, { kind: 'message' }>;

/** Reads back what content-writer.ts wrote: every table below an item. */
export class ItemContentReader {
  readonly #formSet: Statement<[number], Row<Omit<FormSetDigest, Lists | 'kind'>>>;
  readonly #replaces: Statement<[number], number>;
  readonly #identifyingFields: Statement<[number], string>;
  readonly #forms: Statement<[number], Row<PrefillFormSet['forms'][number]>>;
  readonly #prefillAttachments: Statement<[number], Row<Stored<PrefillAttachment>>>;
  readonly #prefillAttachmentData: Statement<[number], Buffer>;
  readonly #field: Statement<[number], Omit<PrefillField, 'kind'>>;
  readonly #subscription: Statement<[number], Omit<Subscription, 'kind' | 'identifyingFields'>>;
  readonly #subscriptionIdentifyingFields: Statement<[number], string>;
  readonly #message: Statement<[number], Row<Omit<MessageDigest, Lists | 'kind'>>>;
  readonly #customData: Statement<[number], Message['customData'][number]>;
  readonly #attachments: Statement<[number], Row<Stored<BinaryAttachment>>>;
  readonly #attachmentData: Statement<[number], Buffer>;
  readonly #xmlAttachments: Statement<[number], Message['xmlAttachments'][number]>;
  readonly #replyOptions: Statement<[number], ReplyOptionRow>;
  readonly #notifications: Statement<
    [number],
    Row<Omit<Notification, 'textTokens' | 'endPoints'>> & { ordinal: number }
  >;
  readonly #textTokens: Statement<[number, number], Notification['textTokens'][number]>;
  readonly #endPoints: Statement<[number, number], Notification['endPoints'][number]>;
  readonly #sdpOptions: Statement<[number], Row<Omit<SdpOptions, 'emailNotification' | 'smsNotification'>>>;
  readonly #sdpNotification: Statement<[number, string], Omit<SdpNotification, 'daysDelayed'>>;
  readonly #sdpRepetitions: Statement<[number, string], number>;

  constructor(db: Database) {
    this.#formSet = db.prepare(
      `SELECT valid_from AS validFrom, valid_to AS validTo, identity_field_hash_code_given AS identityFieldHashCodeGiven,
         receivers_reference AS receiversReference, identifying_fields_hash AS identifyingFieldsHash,
         ${IS_IN_FORCE} AS inForce, replaced_by AS replacedBy
       FROM prefill_form_set LEFT JOIN prefill_replacement ON prefill_replacement.item_id = prefill_form_set.item_id
       WHERE prefill_form_set.item_id = ?`,
    );
    this.#replaces = db.prepareValue('SELECT item_id FROM prefill_replacement WHERE replaced_by = ? ORDER BY item_id');
    this.#identifyingFields = db.prepareValue(
      'SELECT value FROM prefill_identifying_field WHERE item_id = ? ORDER BY ordinal',
    );
    this.#forms = db.prepare(
      `SELECT data_format_id AS dataFormatId, data_format_version AS dataFormatVersion,
         senders_reference AS sendersReference, parent_reference AS parentReference, form_data AS formData,
         signing_locked AS signingLocked, signed_by_default AS signedByDefault
       FROM prefill_form WHERE item_id = ? ORDER BY ordinal`,
    );
    this.#prefillAttachments = db.prepare(
      `SELECT id, attachment_name AS attachmentName, file_name AS fileName, senders_reference AS sendersReference,
         encrypted, attachment_type AS attachmentType, signing_locked AS signingLocked,
         signed_by_default AS signedByDefault
       FROM prefill_attachment WHERE item_id = ? ORDER BY ordinal`,
    );
    this.#prefillAttachmentData = db.prepareValue('SELECT attachment_data FROM prefill_attachment WHERE id = ?');
    this.#field = db.prepare(
      `SELECT field_id AS fieldId, field_index AS "index", valid_from AS validFrom, valid_to AS validTo, value
       FROM prefill_field WHERE item_id = ?`,
    );
    this.#subscription = db.prepare(
      `SELECT service_edition_code_given AS serviceEditionCodeGiven, start_date AS startDate,
         expiration_date AS expirationDate, next_scheduled_date AS nextScheduledDate, next_due_date AS nextDueDate,
         visible_date AS visibleDate, period_type AS periodType, case_id AS caseId,
         identifying_fields_hash AS identifyingFieldsHash
       FROM subscription WHERE item_id = ?`,
    );
    this.#subscriptionIdentifyingFields = db.prepareValue(
      'SELECT value FROM subscription_identifying_field WHERE item_id = ? ORDER BY ordinal',
    );
    this.#message = db.prepare(
      `SELECT service_edition_given AS serviceEditionGiven, short_name AS shortName, language_code AS languageCode,
         message_title AS messageTitle, message_summary AS messageSummary, message_body AS messageBody,
         message_body_is_markup AS messageBodyIsMarkup, visible_date_time AS visibleDateTime,
         allow_system_delete_date_time AS allowSystemDeleteDateTime, due_date_time AS dueDateTime,
         archive_reference AS archiveReference, allow_forwarding AS allowForwarding, case_id AS caseId,
         is_reservable AS isReservable, on_behalf_of_org_nr AS onBehalfOfOrgNr,
         require_confirmation AS requireConfirmation
       FROM message WHERE item_id = ?`,
    );
    this.#customData = db.prepare('SELECT key, value FROM message_custom_data WHERE item_id = ? ORDER BY ordinal');
    this.#attachments = db.prepare(
      `SELECT id, file_name AS fileName, name, encrypted, senders_reference AS sendersReference,
         function_type AS functionType, attachment_type AS attachmentType, destination_type AS destinationType
       FROM message_attachment WHERE item_id = ? ORDER BY ordinal`,
    );
    this.#attachmentData = db.prepareValue('SELECT data FROM message_attachment WHERE id = ?');
    this.#xmlAttachments = db.prepare(
      `SELECT senders_reference AS sendersReference, data_format_id AS dataFormatId,
         data_format_version AS dataFormatVersion, form_data_xml AS formDataXml
       FROM message_xml_attachment WHERE item_id = ? ORDER BY ordinal`,
    );
    this.#replyOptions = db.prepare(
      `SELECT kind, service_code AS serviceCode, service_edition AS serviceEdition,
         archive_reference AS archiveReference, link_text AS linkText, link_url AS linkUrl
       FROM message_reply_option WHERE item_id = ? ORDER BY ordinal`,
    );
    this.#notifications = db.prepare(
      `SELECT ordinal, from_address AS fromAddress, shipment_date_time AS shipmentDateTime,
         language_code AS languageCode, notification_type AS notificationType,
         use_service_owner_short_name_as_sender_of_sms AS useServiceOwnerShortNameAsSenderOfSms,
         participant_id AS participantId
       FROM notification WHERE item_id = ? ORDER BY ordinal`,
    );
    this.#textTokens = db.prepare(
      `SELECT token_num AS tokenNum, token_value AS tokenValue FROM notification_text_token
       WHERE item_id = ? AND notification_ordinal = ? ORDER BY ordinal`,
    );
    this.#endPoints = db.prepare(
      `SELECT transport_type AS transportType, receiver_address AS receiverAddress FROM notification_end_point
       WHERE item_id = ? AND notification_ordinal = ? ORDER BY ordinal`,
    );
    this.#sdpOptions = db.prepare(
      `SELECT sdp_setting AS sdpSetting, backup_altinn AS backupAltinn, title, not_sensitive_title AS notSensitiveTitle,
         visible_date_time AS visibleDateTime, primary_document_file_name AS primaryDocumentFileName
       FROM sdp_options WHERE item_id = ?`,
    );
    this.#sdpNotification = db.prepare(
      `SELECT notification_text AS notificationText, address FROM sdp_notification
       WHERE item_id = ? AND channel = ?`,
    );
    this.#sdpRepetitions = db.prepareValue(
      `SELECT days_delayed FROM sdp_notification_repetition WHERE item_id = ? AND channel = ? ORDER BY ordinal`,
    );
  }

  /** Null when nothing is kept of it. */
  read(itemId: number): ContentDigest | null {
    return (
      this.#readFormSet(itemId) ??
      this.#readField(itemId) ??
      this.#readSubscription(itemId) ??
      this.#readMessage(itemId) ??
      null
    );
  }

  #readFormSet(itemId: number): FormSetDigest | undefined {
    const row = this.#formSet.get(itemId);
    if (row === undefined) return undefined;
    const attachments = this.#prefillAttachments.all(itemId).map(({ id, ...attachment }) => ({
      ...withBooleans(attachment, 'encrypted', 'signingLocked', 'signedByDefault'),
      ...digestOf(this.#prefillAttachmentData.get(id)),
    }));
    const forms = this.#forms.all(itemId).map((form) => withBooleans(form, 'signingLocked', 'signedByDefault'));
    return {
      kind: 'prefillFormSet',
      ...withBooleans(row, 'inForce'),
      replaces: this.#replaces.all(itemId),
      identifyingFields: this.#identifyingFields.all(itemId),
      attachments,
      forms,
    };
  }

  #readField(itemId: number): PrefillField | undefined {
    const row = this.#field.get(itemId);
    return row === undefined ? undefined : { kind: 'prefillField', ...row };
  }

  #readSubscription(itemId: number): Subscription | undefined {
    const row = this.#subscription.get(itemId);
    if (row === undefined) return undefined;
    return { kind: 'subscription', ...row, identifyingFields: this.#subscriptionIdentifyingFields.all(itemId) };
  }

  #readMessage(itemId: number): MessageDigest | undefined {
    const row = this.#message.get(itemId);
    if (row === undefined) return undefined;
    const flags = ['messageBodyIsMarkup', 'allowForwarding', 'isReservable', 'requireConfirmation'] as const;
    return {
      kind: 'message',
      ...withBooleans(row, ...flags),
      customData: this.#customData.all(itemId),
      attachments: this.#attachments.all(itemId).map(({ id, ...attachment }) => ({
        ...withBooleans(attachment, 'encrypted'),
        ...digestOf(this.#attachmentData.get(id)),
      })),
      xmlAttachments: this.#xmlAttachments.all(itemId),
      replyOptions: this.#replyOptions.all(itemId).map(toReplyOption),
      notifications: this.#readNotifications(itemId),
      sdpOptions: this.#readSdpOptions(itemId),
    };
  }

  #readNotifications(itemId: number): Notification[] {
    return this.#notifications.all(itemId).map(({ ordinal, ...row }) => ({
      ...withBooleans(row, 'useServiceOwnerShortNameAsSenderOfSms'),
      textTokens: this.#textTokens.all(itemId, ordinal),
      endPoints: this.#endPoints.all(itemId, ordinal),
    }));
  }

  #readSdpOptions(itemId: number): SdpOptions | null {
    const row = this.#sdpOptions.get(itemId);
    if (row === undefined) return null;
    return {
      ...withBooleans(row, 'backupAltinn'),
      emailNotification: this.#readSdpNotification(itemId, 'Email'),
      smsNotification: this.#readSdpNotification(itemId, 'Sms'),
    };
  }

  #readSdpNotification(itemId: number, channel: 'Email' | 'Sms'): SdpNotification | null {
    const row = this.#sdpNotification.get(itemId, channel);
    return row === undefined ? null : { ...row, daysDelayed: this.#sdpRepetitions.all(itemId, channel) };
  }
}

type Lists =
  | 'replaces'
  | 'identifyingFields'
  | 'attachments'
  | 'forms'
  | 'customData'
  | 'xmlAttachments'
  | 'replyOptions'
  | 'notifications'
  | 'sdpOptions';

type Stored<T> = Omit<T, 'data'> & { readonly id: number };

/** As SQLite has it: a boolean is 0 or 1. */
type Row<T> = { readonly [K in keyof T]: T[K] extends boolean | null ? Numbered<T[K]> : T[K] };
type Numbered<T> = T extends boolean ? number : T;

type WithBooleans<R, K extends keyof R> = {
  readonly [P in keyof R]: P extends K ? (null extends R[P] ? boolean | null : boolean) : R[P];
};

function withBooleans<R extends object, K extends keyof R>(row: R, ...names: readonly K[]): WithBooleans<R, K> {
  const read: Partial<Record<K, boolean | null>> = {};
  for (const name of names) read[name] = row[name] === null ? null : row[name] === 1;
  return { ...row, ...read } as WithBooleans<R, K>;
}

interface ReplyOptionRow {
  readonly kind: ReplyOption['kind'];
  readonly serviceCode: string;
  readonly serviceEdition: string | null;
  readonly archiveReference: string;
  readonly linkText: string;
  readonly linkUrl: string;
}

function toReplyOption(row: ReplyOptionRow): ReplyOption {
  const { kind, serviceCode, serviceEdition, archiveReference, linkText, linkUrl } = row;
  switch (kind) {
    case 'Service':
      return { kind, serviceCode, serviceEdition };
    case 'ArchiveReference':
      return { kind, archiveReference };
    case 'Url':
      return { kind, linkText, linkUrl };
  }
}

/** Read one at a time, so that no more than one attachment is ever in memory. */
function digestOf(data: Buffer | undefined): { bytes: number; sha256: string } {
  const bytes = data ?? Buffer.alloc(0);
  return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}
